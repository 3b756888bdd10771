import type { Stream } from '../event-definition.js';
import * as order from '../gen/mesh/order/v1/order_events.js';
import { event } from '../register-event.js';

/** What became of orders; in order for each of them. */
export const orderStream: Stream = { name: 'mesh.order.v1', kind: 'log' };

// One line an event: type, stream, schema, key.
export const OrderPlaced = event(
  'mesh.order.v1.OrderPlaced',
  orderStream,
  order.OrderPlaced,
  (e) => e.orderId,
);
export const OrderConfirmed = event(
  'mesh.order.v1.OrderConfirmed',
  orderStream,
  order.OrderConfirmed,
  (e) => e.orderId,
);
export const OrderRejected = event(
  'mesh.order.v1.OrderRejected',
  orderStream,
  order.OrderRejected,
  (e) => e.orderId,
);
export const OrderCancelled = event(
  'mesh.order.v1.OrderCancelled',
  orderStream,
  order.OrderCancelled,
  (e) => e.orderId,
);
