/**
 * Why an outbox or an inbox refused; stable, so that callers may decide by it.
 * - `OUTSIDE_TRANSACTION`: the caller has no open transaction.
 * - `KEY_REDRIVEN`: the key's dead letters are being redriven; the event waits for that.
 * - `STREAM_UNKNOWN`: this version's catalog does not have the event's stream.
 * - `KEY_ORDER`: an earlier dead letter of the key comes first.
 * - `OUTBOX_FULL`, `OUTBOX_CLOSED`: see the classes that have them.
 */
export type OutboxErrorCode =
  | 'OUTSIDE_TRANSACTION'
  | 'KEY_REDRIVEN'
  | 'STREAM_UNKNOWN'
  | 'KEY_ORDER'
  | 'OUTBOX_FULL'
  | 'OUTBOX_CLOSED';

/** What every error of this lib is. `retryable`: the same call may succeed later. */
export class OutboxError extends Error {
  readonly retryable: boolean = false;

  constructor(
    readonly code: OutboxErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'OutboxError';
  }
}

/**
 * The outbox takes no more until the relay has caught up: nothing of the transaction is to commit.
 * A caller is told when to come back; an event whose handler meets it waits, and no attempt of it counts.
 */
export class OutboxFullError extends OutboxError {
  override readonly retryable = true;
  /** For the retry of event handlers: it is not the event that is at fault. */
  readonly waiting = true;

  constructor(
    message: string,
    /** Milliseconds after which another try is worthwhile. */
    readonly retryAfterMs: number,
  ) {
    super('OUTBOX_FULL', message);
  }
}

/**
 * The outbox takes nothing, until an operator or a deployment has ended: its replication slot was lost,
 * or the service has gone over to the other way to relay. Like one that is full to whoever meets it.
 */
export class OutboxClosedError extends OutboxError {
  override readonly retryable = true;
  readonly waiting = true;
  /** Milliseconds after which another try is worthwhile. */
  readonly retryAfterMs = 5000;

  constructor(message: string, options?: ErrorOptions) {
    super('OUTBOX_CLOSED', message, options);
  }
}
