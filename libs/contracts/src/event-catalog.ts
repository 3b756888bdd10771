import { EventDefinition, type MessageCodec, type Stream } from './event-definition.js';
import * as inventory from './gen/mesh/inventory/v1/inventory_events.js';
import * as notifications from './gen/mesh/notifications/v1/notifications_events.js';
import * as order from './gen/mesh/order/v1/order_events.js';

export const orderStream: Stream = { name: 'mesh.order.v1', kind: 'log' };
export const inventoryStream: Stream = { name: 'mesh.inventory.v1', kind: 'log' };
export const notificationsStream: Stream = { name: 'mesh.notifications', kind: 'work' };

const byType = new Map<string, EventDefinition>();
const streams = new Map<string, Stream>();

// One line an event: type, stream, schema, key; on a work stream also the routing key.
export const OrderPlaced = event('mesh.order.v1.OrderPlaced', orderStream, order.OrderPlaced, (e) => e.orderId);
export const OrderConfirmed = event('mesh.order.v1.OrderConfirmed', orderStream, order.OrderConfirmed, (e) => e.orderId);
export const OrderRejected = event('mesh.order.v1.OrderRejected', orderStream, order.OrderRejected, (e) => e.orderId);
export const OrderCancelled = event('mesh.order.v1.OrderCancelled', orderStream, order.OrderCancelled, (e) => e.orderId);
export const StockReserved = event('mesh.inventory.v1.StockReserved', inventoryStream, inventory.StockReserved, (e) => e.orderId);
export const ReservationRejected = event('mesh.inventory.v1.ReservationRejected', inventoryStream, inventory.ReservationRejected, (e) => e.orderId);
export const ReservationReleased = event('mesh.inventory.v1.ReservationReleased', inventoryStream, inventory.ReservationReleased, (e) => e.orderId);
export const StockChanged = event('mesh.inventory.v1.StockChanged', inventoryStream, inventory.StockChanged, (e) => e.sku);
export const EmailRequested = event(
  'mesh.notifications.v1.EmailRequested',
  notificationsStream,
  notifications.EmailRequested,
  (e) => e.orderId,
  (e) => `email.${e.kind}`,
);
export const WebhookRequested = event(
  'mesh.notifications.v1.WebhookRequested',
  notificationsStream,
  notifications.WebhookRequested,
  (e) => e.orderId,
  (e) => `webhook.${e.kind}`,
);
export const OrderUpdateAnnounced = event(
  'mesh.notifications.v1.OrderUpdateAnnounced',
  notificationsStream,
  notifications.OrderUpdateAnnounced,
  (e) => e.orderId,
  (e) => `browser.${e.customerId}`,
);
export const StockUpdateAnnounced = event(
  'mesh.notifications.v1.StockUpdateAnnounced',
  notificationsStream,
  notifications.StockUpdateAnnounced,
  (e) => e.sku,
  (e) => `stock.${e.sku}`,
);

/** The catalog's line for a CloudEvents `type`, or undefined when the catalog does not know it. */
export function findEvent(type: string): EventDefinition | undefined {
  return byType.get(type);
}

/** The stream of that name, or undefined when no event of the catalog goes there. */
export function findStream(name: string): Stream | undefined {
  return streams.get(name);
}

function event<Data>(type: string, stream: Stream, schema: MessageCodec<Data>, key: (data: Data) => string, route?: (data: Data) => string): EventDefinition<Data> {
  const definition = new EventDefinition(type, stream, schema, key, route);
  streams.set(stream.name, stream);
  byType.set(type, definition as unknown as EventDefinition);
  return definition;
}
