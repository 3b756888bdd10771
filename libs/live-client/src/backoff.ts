/** Milliseconds between attempts to connect. The wait is drawn from nothing up to a bound that doubles. */
export interface ReconnectBounds {
  /** The longest wait before the first retry. @default 500 */
  readonly minMs?: number;
  /** The longest wait before any retry; lower brings clients back sooner, and all at once. @default 10000 */
  readonly maxMs?: number;
}

/**
 * Waits between tries with full jitter: anything from nothing to a bound that doubles with each try. So
 * a thousand clients that lost the same gateway come back spread over the whole time.
 *
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export class Backoff {
  readonly #minMs: number;
  readonly #maxMs: number;
  #tries = 0;

  constructor({ minMs = 500, maxMs = 10_000 }: ReconnectBounds = {}) {
    if (!(minMs > 0 && maxMs >= minMs && maxMs < 2 ** 31)) {
      throw new RangeError(`reconnect: 0 < minMs <= maxMs < 2^31, not ${minMs} and ${maxMs}`);
    }
    this.#minMs = minMs;
    this.#maxMs = maxMs;
  }

  /** Tries since the last reset. */
  get tries(): number {
    return this.#tries;
  }

  /** How long to wait before the next try. */
  nextMs(): number {
    const bound = Math.min(this.#maxMs, this.#minMs * 2 ** Math.min(this.#tries, 31));
    this.#tries += 1;
    return Math.random() * bound;
  }

  reset(): void {
    this.#tries = 0;
  }
}
