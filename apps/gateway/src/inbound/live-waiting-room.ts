/** A connection that has not said yet who it is. */
export interface Stranger {
  /** Tells why, and closes it. */
  dismiss(message: string): void;
}

/**
 * Holds connections that have not said who they are: for a bounded time, and at most so many. The oldest
 * goes first, so that a crowd that never says anything does not keep out whoever does so at once.
 */
export class LiveWaitingRoom {
  readonly #entered = new Map<Stranger, number>();
  readonly #capacity: number;
  readonly #timeoutMs: number;
  #next: NodeJS.Timeout | undefined;

  constructor(options: { readonly capacity: number; readonly timeoutMs: number }) {
    this.#capacity = options.capacity;
    this.#timeoutMs = options.timeoutMs;
  }

  get size(): number {
    return this.#entered.size;
  }

  enter(stranger: Stranger): void {
    this.#entered.set(stranger, performance.now());
    if (this.#entered.size > this.#capacity) {
      this.#dismissFirst('Too many connections have not said who they are');
    }
    this.#watch();
  }

  /** It has said who it is, or is gone. */
  leave(stranger: Stranger): void {
    this.#entered.delete(stranger);
  }

  close(): void {
    clearTimeout(this.#next);
    this.#entered.clear();
  }

  #watch(): void {
    const [first] = this.#entered.values();
    if (this.#next !== undefined || first === undefined) return;
    this.#next = setTimeout(
      () => {
        this.#next = undefined;
        this.#dismissLate();
        this.#watch();
      },
      Math.max(first + this.#timeoutMs - performance.now(), 1),
    );
  }

  #dismissLate(): void {
    const late = performance.now() - this.#timeoutMs;
    for (const [, entered] of this.#entered) {
      if (entered > late) return;
      this.#dismissFirst(`Say who you are within ${this.#timeoutMs} ms`);
    }
  }

  #dismissFirst(message: string): void {
    const [first] = this.#entered.keys();
    if (first === undefined) return;
    this.#entered.delete(first);
    first.dismiss(message);
  }
}
