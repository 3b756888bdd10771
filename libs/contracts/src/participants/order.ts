import { inventoryStream } from '../catalog/inventory.js';
import { orderStream } from '../catalog/order.js';
import type { Participant } from './participant.js';

export const order: Participant = {
  service: 'order',
  publishes: [orderStream],
  groups: [{ name: 'order', stream: inventoryStream, shared: 'one' }],
};
