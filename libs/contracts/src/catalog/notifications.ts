import type { Stream } from '../event-definition.js';
import * as notifications from '../gen/mesh/notifications/v1/notifications_events.js';
import { event } from '../register-event.js';

/** Mails and webhooks to be sent, and updates for browsers; by routing key. */
export const notificationsStream: Stream = { name: 'mesh.notifications', kind: 'work' };

// One line an event: type, stream, schema, key, routing key.
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
