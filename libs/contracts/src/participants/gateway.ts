import { notificationsStream } from '../catalog/notifications.js';
import type { Participant } from './participant.js';

export const gateway: Participant = {
  service: 'gateway',
  publishes: [],
  groups: [
    {
      ...({ name: 'gateway', stream: notificationsStream, shared: 'each-replica' } as const),
      filter: ['browser.#', 'stock.#'],
    },
  ],
};
