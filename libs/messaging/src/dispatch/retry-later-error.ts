/** Thrown by middleware: deliver it again after `retryInMs`, while its key waits. The cause is what failed. */
export class RetryLaterError extends Error {
  readonly retryInMs: number;
  /** Whether this was an attempt of the delivery. @default true */
  readonly counts: boolean;
  /** The subscription starts no handler for so long; what runs goes on. */
  readonly pauseIntakeMs: number | undefined;
  /** Whether somebody who knows more says it; the transport's own log keeps quiet then. @default false */
  readonly told: boolean;

  constructor(
    cause: Error,
    options: {
      readonly retryInMs: number;
      readonly counts?: boolean;
      readonly pauseIntakeMs?: number | undefined;
      readonly told?: boolean;
    },
  ) {
    super(cause.message, { cause });
    this.name = 'RetryLaterError';
    this.retryInMs = options.retryInMs;
    this.counts = options.counts ?? true;
    this.pauseIntakeMs = options.pauseIntakeMs;
    this.told = options.told ?? false;
  }
}
