import { inventoryStream } from '../catalog/inventory.js';
import { notificationsStream } from '../catalog/notifications.js';
import { orderStream } from '../catalog/order.js';
import type { Participant } from './participant.js';

export const notifications: Participant = {
  service: 'notifications',
  publishes: [notificationsStream],
  groups: [
    { name: 'notifications', stream: orderStream, shared: 'one' },
    { name: 'notifications.stock', stream: inventoryStream, shared: 'one' },
    {
      ...({ name: 'notifications.email', stream: notificationsStream, shared: 'one' } as const),
      filter: ['email.#'],
    },
    { name: 'notifications.webhook', stream: notificationsStream, shared: 'family' },
  ],
};
