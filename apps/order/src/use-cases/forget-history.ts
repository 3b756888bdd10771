import type { OrderStore } from './order-store.js';

const BATCH = 1000;

/** Deletes changes of orders that are older than history is kept. Orders and their numbers stay. */
export class ForgetHistory {
  readonly #store: OrderStore;
  readonly #keepMs: number;

  constructor(store: OrderStore, keepMs: number) {
    this.#store = store;
    this.#keepMs = keepMs;
  }

  /** In batches, until none is left or the signal aborts. Returns how many were deleted. */
  async execute(now: Date, signal?: AbortSignal): Promise<number> {
    const before = new Date(now.getTime() - this.#keepMs);
    for (let forgotten = 0; ;) {
      const count = signal?.aborted ? 0 : await this.#store.forgetUpdates(before, BATCH);
      forgotten += count;
      if (count < BATCH) return forgotten;
    }
  }
}
