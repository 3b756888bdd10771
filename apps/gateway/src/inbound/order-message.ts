import type { OrderUpdate } from '../domain/order-update.js';

/** `order.updated` as clients get it. */
export type OrderMessage = Readonly<Record<'orderId' | 'status' | 'occurredAt', string>> & {
  readonly version: number;
  readonly reason?: string;
  readonly traceparent: string;
  readonly cursor: string;
};

interface Made {
  readonly update: OrderUpdate;
  readonly message: OrderMessage;
}

/** Makes messages: the same object for all sockets that are told the same one after the other, so that it is encoded once. */
export function orderMessages() {
  let last: Made | undefined;
  return (update: OrderUpdate, traceparent: string, cursor: string): OrderMessage => {
    if (
      last?.update === update &&
      last.message.cursor === cursor &&
      last.message.traceparent === traceparent
    )
      return last.message;
    const { orderId, version, status, occurredAt, reason } = update;
    const change = { orderId, version, status, occurredAt: occurredAt.toISOString() };
    const message = { ...change, ...(reason && { reason }), traceparent, cursor };
    last = { update, message };
    return message;
  };
}
