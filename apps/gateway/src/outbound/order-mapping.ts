import {
  OrderStatus,
  type Order as OrderMessage,
  type OrderUpdate as OrderUpdateMessage,
} from '@mesh/contracts/order';
import type { Order } from '../domain/order.js';
import type { OrderState, OrderUpdate } from '../domain/order-update.js';
import { toMoney } from './money-mapping.js';
import { present } from './present.js';

// From the order service's messages to what the gateway speaks of.

const states: Partial<Record<OrderStatus, OrderState>> = {
  [OrderStatus.ORDER_STATUS_PLACED]: 'PLACED',
  [OrderStatus.ORDER_STATUS_CONFIRMED]: 'CONFIRMED',
  [OrderStatus.ORDER_STATUS_REJECTED]: 'REJECTED',
  [OrderStatus.ORDER_STATUS_CANCELLED]: 'CANCELLED',
};

export function toOrder(message: OrderMessage | undefined): Order {
  const order = present(message, 'order');
  return {
    orderId: order.orderId,
    status: toState(order.status),
    version: order.version,
    lines: order.lines.map(({ sku, quantity, unitPrice }) => ({
      sku,
      quantity,
      unitPrice: toMoney(unitPrice),
    })),
    total: toMoney(order.total),
    createdAt: present(order.createdAt, 'created_at'),
    updatedAt: present(order.updatedAt, 'updated_at'),
    ...(order.reason && { reason: order.reason }),
  };
}

/** Also an OrderUpdateAnnounced, which has the same fields. */
export function toOrderUpdate(message: OrderUpdateMessage): OrderUpdate {
  const { orderId: id, customerId, version, feedSequence, traceparent, reason } = message;
  return {
    ...{ id, customerId, version, feedSequence, traceparent },
    status: toState(message.status),
    occurredAt: present(message.occurredAt, 'occurred_at'),
    ...(reason && { reason }),
  };
}

function toState(status: OrderStatus): OrderState {
  const state = states[status];
  if (state === undefined) throw new Error(`The order status ${status} is not known here`);
  return state;
}
