import type { OrderChange } from './order-change.js';

const kinds = {
  PLACED: 'order_placed',
  CONFIRMED: 'order_confirmed',
  REJECTED: 'order_rejected',
  CANCELLED: 'order_cancelled',
} as const satisfies Record<OrderChange['status'], string>;

/** Everything that a notification can be of. */
export const notificationKinds = Object.values(kinds);

/** A message to a customer about one change of one order. */
export interface Notification {
  /** The same for the same change, whenever and wherever it is made. */
  readonly notificationId: string;
  readonly orderId: string;
  readonly customerId: string;
  /** Such as `order_placed`; also the last word of the routing key of its mail and its webhooks. */
  readonly kind: string;
}

export function notificationOf(change: OrderChange): Notification {
  const { orderId, customerId, version, status } = change;
  return { notificationId: `${orderId}-v${version}`, orderId, customerId, kind: kinds[status] };
}
