import type { Money as MoneyMessage } from '@mesh/contracts/type/money';
import {
  OrderStatus,
  type Order as OrderMessage,
  type OrderUpdate as OrderUpdateMessage,
} from '@mesh/contracts/order';
import type { Money, Order } from '../domain/order.js';
import type { OrderState, OrderUpdate } from '../domain/order-update.js';

// From the services' messages to what the gateway speaks of. Every field that Protobuf makes optional
// and the contract does not is checked here.

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
  const { orderId, customerId, version, feedSequence, traceparent, reason } = message;
  return {
    ...{ orderId, customerId, version, feedSequence, traceparent },
    status: toState(message.status),
    occurredAt: present(message.occurredAt, 'occurred_at'),
    ...(reason && { reason }),
  };
}

export function toMoney(message: MoneyMessage | undefined): Money {
  const { amountMinor, currency } = present(message, 'money');
  return { amountMinor, currency };
}

export function present<Value>(value: Value | undefined, field: string): Value {
  if (value === undefined) throw new Error(`The answer lacks "${field}"`);
  return value;
}

function toState(status: OrderStatus): OrderState {
  const state = states[status];
  if (state === undefined) throw new Error(`The order status ${status} is not known here`);
  return state;
}
