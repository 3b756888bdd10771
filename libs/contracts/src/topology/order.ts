import { orderStream } from '../catalog/order.js';
import { DAY_MS, type ServiceTopology } from './service-topology.js';

export const order: ServiceTopology = {
  topics: [
    { name: orderStream.name, partitions: 6, retentionMs: 7 * DAY_MS, cleanupPolicy: 'delete' },
  ],
};
