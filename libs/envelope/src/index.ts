// CloudEvents 1.0: create, validate, and bind to Kafka, AMQP, HTTP and WebSocket.
// Start at cloud-event.ts; each binding is a file of its own with the same two functions.
// Not here: sockets, brokers, the meaning of data.
export type { CloudEvent, ExtensionValue } from './cloud-event.js';
