/**
 * What went wrong. A gateway's codes come as they are, also ones that this client has never heard of; of the client:
 *
 * - `MOVING`, `SLOW_CLIENT`, `TOKEN_EXPIRED`: why a gateway ended a connection; another one is made by itself
 * - `CONNECTION_FAILED`: no connection could be made, or it broke; tried again by itself
 * - `ANSWER_TIMEOUT`: a gateway took a message and did not answer; tried again by itself
 * - `TOKEN_FAILED`: the `token` function threw; called again by itself
 * - `HANDLER_FAILED`: a handler threw or rejected (`cause`); its subscription has ended before that event
 * - `OVERFLOW`: the consumer was too slow for its queue, and asked for an error in that case
 * - `STORAGE_FAILED`: a place could not be read or kept; a reload may repeat events
 * - `ALREADY_SUBSCRIBED`, `ALREADY_CONSUMED`, `CLOSED`: a call that makes no sense now
 */
export type LiveErrorCode =
  | 'VALIDATION_FAILED'
  | 'CURSOR_INVALID'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'TOO_MANY_REQUESTS'
  | 'OVERLOADED'
  | 'UNAVAILABLE'
  | 'DEADLINE_EXCEEDED'
  | 'INTERNAL'
  | 'MOVING'
  | 'SLOW_CLIENT'
  | 'TOKEN_EXPIRED'
  | 'CONNECTION_FAILED'
  | 'ANSWER_TIMEOUT'
  | 'TOKEN_FAILED'
  | 'HANDLER_FAILED'
  | 'OVERFLOW'
  | 'STORAGE_FAILED'
  | 'ALREADY_SUBSCRIBED'
  | 'ALREADY_CONSUMED'
  | 'CLOSED'
  | (string & {});

const retryableCodes: ReadonlySet<LiveErrorCode> = new Set<LiveErrorCode>([
  'MOVING',
  'SLOW_CLIENT',
  'TOKEN_EXPIRED',
  'CONNECTION_FAILED',
  'ANSWER_TIMEOUT',
  'TOKEN_FAILED',
  'TOO_MANY_REQUESTS',
  'OVERLOADED',
  'UNAVAILABLE',
  'DEADLINE_EXCEEDED',
  'INTERNAL',
]);

export interface LiveErrorDetails {
  readonly cause?: unknown;
  /** The bound that was met. */
  readonly limit?: number;
  /** When the gateway asks to be asked again. */
  readonly retryAfterMs?: number;
}

/** A refusal of a gateway, or a failure of this client. `retryable`: the same may succeed later. */
export class LiveError extends Error {
  readonly retryable: boolean;
  readonly limit?: number;
  readonly retryAfterMs?: number;

  constructor(
    readonly code: LiveErrorCode,
    message: string,
    { cause, limit, retryAfterMs }: LiveErrorDetails = {},
  ) {
    super(message, cause === undefined ? {} : { cause });
    this.name = 'LiveError';
    this.retryable = retryableCodes.has(code);
    if (limit !== undefined) this.limit = limit;
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
  }
}
