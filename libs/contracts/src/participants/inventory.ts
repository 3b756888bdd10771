import { inventoryStream } from '../catalog/inventory.js';
import { orderStream } from '../catalog/order.js';
import type { Participant } from './participant.js';

export const inventory: Participant = {
  service: 'inventory',
  publishes: [inventoryStream],
  groups: [
    { name: 'inventory', stream: orderStream, shared: 'one' },
    { name: 'inventory.watch', stream: inventoryStream, shared: 'each-replica' },
  ],
};
