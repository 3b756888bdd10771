// What this mesh wants of its brokers: one line a service, and a file of its own.
// Start at kafkaTopics and amqpTopology; `npm run mesh -- topology diff` compares them with the brokers.
// Not here: groups and their queues (participants).
import { inventory } from './inventory.js';
import { notifications } from './notifications.js';
import { order } from './order.js';
import type { AmqpTopology, KafkaTopic, ServiceTopology } from './service-topology.js';

export type {
  AmqpBinding,
  AmqpClassicQueue,
  AmqpExchange,
  AmqpQueue,
  AmqpQuorumQueue,
  AmqpTopology,
  KafkaTopic,
  ServiceTopology,
} from './service-topology.js';

const services: readonly ServiceTopology[] = [
  // One line a service.
  order,
  inventory,
  notifications,
];

/** The topics of this mesh. */
export const kafkaTopics: readonly KafkaTopic[] = services.flatMap(({ topics = [] }) => topics);

/** The exchanges and queues of this mesh. */
export const amqpTopology: AmqpTopology = {
  exchanges: services.flatMap(({ exchanges = [] }) => exchanges),
  queues: services.flatMap(({ queues = [] }) => queues),
  bindings: services.flatMap(({ bindings = [] }) => bindings),
};
