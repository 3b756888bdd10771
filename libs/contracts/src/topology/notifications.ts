import { notificationsStream } from '../catalog/notifications.js';
import type { ServiceTopology } from './service-topology.js';

export const notifications: ServiceTopology = {
  exchanges: [{ name: notificationsStream.name, type: 'topic' }],
};
