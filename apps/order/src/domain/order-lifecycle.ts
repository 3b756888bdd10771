import { OrderError } from './order-error.js';
import type { Order, OrderStatus } from './order.js';

/** What can happen to an order after it was placed. */
export type OrderCommand =
  /** Its stock is reserved. */
  | { readonly type: 'confirm' }
  /** Its stock can't be reserved. */
  | { readonly type: 'reject'; readonly reason: string }
  /** Nobody answered in time whether its stock is reserved. */
  | { readonly type: 'expire' }
  /** The customer does not want it any more. */
  | { readonly type: 'cancel' };

/** A state change that is decided and not recorded yet. */
export interface OrderChange {
  readonly status: OrderStatus;
  readonly reason: string | undefined;
}

/**
 * What the command does to the order; undefined when it changes nothing: a repeat, or an answer
 * that comes too late.
 * @throws OrderError ORDER_NOT_CANCELLABLE when a rejected order is to be cancelled
 */
export function decide(order: Order, command: OrderCommand): OrderChange | undefined {
  switch (command.type) {
    case 'confirm':
      return whilePlaced(order, { status: 'CONFIRMED', reason: undefined });
    case 'reject':
      return whilePlaced(order, { status: 'REJECTED', reason: command.reason });
    case 'expire':
      return whilePlaced(order, { status: 'REJECTED', reason: 'RESERVATION_TIMEOUT' });
    case 'cancel':
      return cancel(order);
  }
}

/** The order after a recorded change. */
export function evolve(order: Order, change: OrderChange, occurredAt: Date): Order {
  return { ...order, ...change, version: order.version + 1, updatedAt: occurredAt };
}

function whilePlaced(order: Order, change: OrderChange): OrderChange | undefined {
  return order.status === 'PLACED' ? change : undefined;
}

function cancel(order: Order): OrderChange | undefined {
  if (order.status === 'CANCELLED') return undefined;
  if (order.status === 'REJECTED') {
    throw new OrderError(
      'ORDER_NOT_CANCELLABLE',
      `Order ${order.orderId} was rejected (${order.reason}) and can't be cancelled`,
    );
  }
  return { status: 'CANCELLED', reason: 'CANCELLED_BY_CUSTOMER' };
}
