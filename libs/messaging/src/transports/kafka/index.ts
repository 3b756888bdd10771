// The transport over Apache Kafka, with kafkajs.
// Start at transport.ts; publisher.ts and subscription.ts are its two halves, kafkajs-patch.ts what is mended in kafkajs.
// Not here: which topics there are (contracts), the outbox.
export type { KafkaOptions } from './options.js';
export { kafkaTransport } from './transport.js';
