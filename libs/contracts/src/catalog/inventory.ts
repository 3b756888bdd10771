import type { Stream } from '../event-definition.js';
import * as inventory from '../gen/mesh/inventory/v1/inventory_events.js';
import { event } from '../register-event.js';

/** Facts of stock and of what is reserved of it; by the id of the order, or the SKU. */
export const inventoryStream: Stream = { name: 'mesh.inventory.v1', kind: 'log' };

// One line an event: type, stream, schema, key.
export const StockReserved = event(
  'mesh.inventory.v1.StockReserved',
  inventoryStream,
  inventory.StockReserved,
  (e) => e.orderId,
);
export const ReservationRejected = event(
  'mesh.inventory.v1.ReservationRejected',
  inventoryStream,
  inventory.ReservationRejected,
  (e) => e.orderId,
);
export const ReservationReleased = event(
  'mesh.inventory.v1.ReservationReleased',
  inventoryStream,
  inventory.ReservationReleased,
  (e) => e.orderId,
);
export const StockChanged = event(
  'mesh.inventory.v1.StockChanged',
  inventoryStream,
  inventory.StockChanged,
  (e) => e.sku,
);
