import { RejectedError, type Delivery } from '@mesh/messaging';

/** An event came while one before it, of its key, is missing. It waits for that one; no attempt is counted. */
export class SequenceGapError extends Error {
  readonly code = 'SEQUENCE_GAP';
  readonly waiting = true;

  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/** How long events have waited for what is missing before them, in this process. */
export class Gaps {
  readonly #timeoutMs: number;
  readonly #since = new WeakMap<Delivery, number>();

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** What an event is refused with: at first it waits, after the time it is rejected as a `gap`. */
  errorOf(delivery: Delivery, number: bigint, last: bigint): Error {
    const now = Date.now();
    const since = this.#since.get(delivery) ?? now;
    this.#since.set(delivery, since);
    const missing = number - last === 2n ? `${last + 1n} is` : `${last + 1n} to ${number - 1n} are`;
    const message = `Number ${number} of its key came and ${missing} missing`;
    if (now - since < this.#timeoutMs) return new SequenceGapError(message);
    return new RejectedError('gap', `${message} after ${this.#timeoutMs} ms`, {
      cause: new SequenceGapError(message),
    });
  }
}
