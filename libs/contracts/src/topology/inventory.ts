import { inventoryStream } from '../catalog/inventory.js';
import { DAY_MS, type ServiceTopology } from './service-topology.js';

export const inventory: ServiceTopology = {
  topics: [
    { name: inventoryStream.name, partitions: 6, retentionMs: 7 * DAY_MS, cleanupPolicy: 'delete' },
  ],
};
