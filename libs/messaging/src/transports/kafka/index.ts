// The transport over Apache Kafka, with kafkajs.
// Start at transport.ts; publisher.ts and subscription.ts are its two halves, kafkajs-patch.ts what is mended in kafkajs.
// Not here: which topics there are (contracts), the outbox.
export type { KafkaAccessOptions } from './access.js';
export type { ClientCredentials } from './client-credentials.js';
export type { KafkaOptions } from './options.js';
export type { KafkaSasl } from './sasl.js';
export { groupIdOf, replayGroupsOf } from './group-offsets.js';
export { settingsOfTopic } from './topic-settings.js';
export { kafkaTransport } from './transport.js';
export { applyTopology, diffTopology } from './topology.js';
