// Publisher and Subscriber: how events cross a broker without being lost, doubled or put out of order for their key.
// Start at publisher.ts and subscriber.ts; transports are under ./embedded, ./kafka and ./amqp, the suite under ./testing.
// Not here: SQL, use cases, framework.
export type { Delivery, DeliveryHandler, Middleware, RawHeaders } from './delivery.js';
export { deadLetterReasonOf } from './dispatch/verdict.js';
export {
  MessagingError,
  PublishError,
  RejectedError,
  TransportError,
  UnsupportedFeatureError,
  type DeadLetterReason,
  type MessagingErrorCode,
} from './errors.js';
export { summarized } from './log-summary.js';
export type { MessagingLog } from './log.js';
export type { Message, Publisher } from './publisher.js';
export type { SubscribeOptions, Subscriber, Subscription } from './subscriber.js';
export { deadLetterDestination, type Features, type Transport } from './transport.js';
