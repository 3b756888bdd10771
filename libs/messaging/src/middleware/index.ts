// Middleware around a handler of events: what happens between a delivery and its effect, one concern a file.
// Start at handling.ts; around() puts them together.
// Not here: the inbox (@mesh/outbox), what a broker does with a failed delivery (../dispatch).
export { CircuitOpenError } from './circuit-open-error.js';
export { circuitBreaker, type BreakerOptions } from './circuit-breaker.js';
export { concurrency, type ConcurrencyOptions } from './concurrency.js';
export { decode, handlingOf, UnknownEventError } from './decode.js';
export { failureKindOf, type FailureKind } from './failure-kind.js';
export {
  around,
  type EventMiddleware,
  type HandleEvent,
  type Handling,
  type HandlingResult,
} from './handling.js';
export {
  failureHistoryOf,
  retry,
  type FailedTry,
  type FailureHistory,
  type RetryOptions,
} from './retry.js';
export { HandlerTimeoutError, timeout } from './timeout.js';
export { inBatchSpan, inEachSpan, processTraceOf } from './process-spans.js';
export { tracing } from './tracing.js';
