export type OutboxErrorCode = 'OUTSIDE_TRANSACTION' | 'STREAM_UNKNOWN' | 'KEY_ORDER';

/** What every error of this lib is. `retryable`: the same call may succeed later. */
export class OutboxError extends Error {
  readonly retryable = false;

  constructor(
    readonly code: OutboxErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'OutboxError';
  }
}
