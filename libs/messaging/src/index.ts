// Publisher and Subscriber: how events cross a broker without being lost, doubled or put out of order for their key.
// Start at publisher.ts and subscriber.ts; transports are under ./embedded, ./kafka and ./amqp, the suite under ./testing.
// Not here: SQL, use cases, framework.
export type {
  Death,
  DeadLetterHandler,
  Delivery,
  DeliveryBatches,
  DeliveryHandler,
  Middleware,
  RawHeaders,
} from './delivery.js';
export { RetryLaterError } from './dispatch/retry-later-error.js';
export { deadLetterReasonOf } from './dispatch/verdict.js';
export { postgresRefusalOf } from './access/postgres-refusal.js';
export type { TlsOptions } from './access/tls.js';
export {
  AuthenticationError,
  MessagingError,
  PublishError,
  RejectedError,
  ReplayError,
  TransportError,
  UnsupportedFeatureError,
  type DeadLetterReason,
  type MessagingErrorCode,
} from './errors.js';
export type { GroupPlace, PartitionLag, ReplayFrom, ReplayRange } from './group-position.js';
export { summarized } from './log-summary.js';
export type { MessagingLog } from './log.js';
export type { Message, Publisher } from './publisher.js';
export { readEvent } from './read-event.js';
export type { Replays } from './replays.js';
export type { SubscribeOptions, Subscriber, Subscription } from './subscriber.js';
export type { AppliedTopology, TopologyDifference } from './topology-difference.js';
export { deadLetterDestination, type Features, type Transport } from './transport.js';
