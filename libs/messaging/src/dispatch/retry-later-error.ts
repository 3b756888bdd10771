/** Thrown by middleware: deliver it again after `retryInMs`, while its key waits. The cause is what failed. */
export class RetryLaterError extends Error {
  readonly retryInMs: number;
  /** Whether this was an attempt of the delivery. @default true */
  readonly counts: boolean;
  /** The subscription starts no handler for so long; what runs goes on. */
  readonly pauseIntakeMs: number | undefined;

  constructor(
    cause: Error,
    options: {
      readonly retryInMs: number;
      readonly counts?: boolean;
      readonly pauseIntakeMs?: number | undefined;
    },
  ) {
    super(cause.message, { cause });
    this.name = 'RetryLaterError';
    this.retryInMs = options.retryInMs;
    this.counts = options.counts ?? true;
    this.pauseIntakeMs = options.pauseIntakeMs;
  }
}
