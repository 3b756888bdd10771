// Live updates of a gateway, in browsers and Node, that go on where they were after any interruption.
// Start at connect-live.ts; what a subscription knows of its place is in *-topic.ts, connections in lane.ts.
// Not here: the HTTP API, and what a page does with an update.
export type { ReconnectBounds } from './backoff.js';
export {
  connectLive,
  type LiveClient,
  type LiveOptions,
  type FeedOptions,
  type WatchOptions,
} from './connect-live.js';
export type { ConnectionTimes } from './connection.js';
export type { QueueOptions } from './event-queue.js';
export { resource, states, type Resource, type States } from './definitions.js';
export type {
  LiveEvent,
  Resync,
  ResyncReason,
  StateEvent,
  StatesResync,
  StateUpdated,
  Updated,
} from './events.js';
export { LiveError, type LiveErrorCode } from './live-error.js';
export type { LiveState, Phase } from './state.js';
export type { Persist, PlaceStorage } from './stored-place.js';
export type { Subscription, SubscriptionOptions } from './subscription.js';
export type { TokenReason, TokenSource } from './tokens.js';
