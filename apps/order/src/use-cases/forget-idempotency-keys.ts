import type { OrderStore } from './order-store.js';

const BATCH = 1000;

/** Deletes idempotency keys that are older than the 24 h for which they are promised. */
export class ForgetIdempotencyKeys {
  constructor(private readonly store: OrderStore) {}

  /** In batches, until none is left or the signal aborts. Returns how many were deleted. */
  async execute(signal?: AbortSignal): Promise<number> {
    for (let forgotten = 0; ;) {
      const count = signal?.aborted ? 0 : await this.store.forgetIdempotencyKeys(BATCH);
      forgotten += count;
      if (count < BATCH) return forgotten;
    }
  }
}
