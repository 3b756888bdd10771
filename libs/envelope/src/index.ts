// CloudEvents 1.0: create, validate, and bind to Kafka, AMQP, HTTP and WebSocket.
// Start at cloud-event.ts and create.ts; each binding is a file of its own with the same two functions.
// Not here: sockets, brokers, the meaning of data.
export { fromAmqp, toAmqp, type AmqpMessage } from './amqp.js';
export { MAX_DATA_BYTES } from './checked-event.js';
export type { CloudEvent, ExtensionValue } from './cloud-event.js';
export { createEvent, type NewEvent } from './create.js';
export { EnvelopeError, type EnvelopeErrorCode } from './errors.js';
export { fromHttp, toHttp, type HttpMessage } from './http.js';
export type { ContentMode } from './json-format.js';
export { fromKafka, toKafka, type KafkaMessage } from './kafka.js';
export { sequenceOf } from './sequence.js';
export { fromWebSocket, toWebSocket, WEBSOCKET_SUBPROTOCOL } from './websocket.js';
