// The transport over AMQP 0-9-1, RabbitMQ in particular, with amqplib.
// Start at transport.ts; publisher.ts and subscription.ts are its two halves, topology.ts what they declare.
// Not here: which exchanges there are (contracts), delivery channels such as e-mail.
export type { AmqpAccessOptions } from './access.js';
export { deadLetterFields } from './dead-letter-fields.js';
export { applyTopology, diffTopology } from './diff-topology.js';
export type { AmqpOptions } from './options.js';
export { amqpTransport } from './transport.js';
export { Topology } from './topology.js';
