import type { DeliveryBatches } from '../delivery.js';
import type { Entry, Lane } from './lane.js';

/**
 * Gathers batches from lanes. A batch that fails halves the size of the next ones, and each that
 * succeeds doubles it again: where many deliveries fail, few good ones are handled twice.
 */
export class Batching {
  readonly #batches: DeliveryBatches;
  /** Whose first entry may be in a batch; read from `#head`. */
  #lanes: Lane[] = [];
  #head = 0;
  #running = 0;
  #maxCount: number;

  constructor(batches: DeliveryBatches) {
    this.#batches = batches;
    this.#maxCount = batches.maxCount;
  }

  /** Whether a lane waits. */
  get any(): boolean {
    return this.#head < this.#lanes.length;
  }

  takes({ delivery, alone, condemned }: Entry): boolean {
    // What is delivered again may have been the end of a process: it is tried where it harms no other.
    if (alone || condemned !== null || delivery.attempt > 1) return false;
    return this.#batches.takes(delivery);
  }

  add(lane: Lane): void {
    this.#lanes.push(lane);
  }

  /**
   * What is there, oldest lanes first; empty when nothing is, or enough is under way. Lanes whose first
   * entry may be in a batch no more are `passed`.
   */
  next(passed: (lane: Lane) => void): Entry[] {
    const batch: Entry[] = [];
    if (this.#running >= this.#batches.atOnce) return batch;
    let bytes = 0;
    while (this.any) {
      const lane = this.#lanes[this.#head] as Lane;
      for (const entry of lane.entries) {
        if (entry.state !== 'queued' || entry.delivery.signal.aborted || !this.takes(entry)) break;
        bytes += entry.delivery.body.byteLength;
        const full = batch.length === this.#maxCount || bytes > this.#batches.maxBytes;
        if (full && batch.length > 0) return this.#begin(batch);
        batch.push(entry);
        entry.state = 'running';
      }
      this.#head += 1;
      if (lane.entries[0]?.state === 'queued') passed(lane);
    }
    this.#lanes = [];
    this.#head = 0;
    return batch.length > 0 ? this.#begin(batch) : batch;
  }

  /** Handles a batch; what it did of it, by the same index. */
  async handle(batch: readonly Entry[]): Promise<readonly boolean[]> {
    try {
      const done = await this.#batches.handle(batch.map(({ delivery }) => delivery));
      this.#maxCount = Math.min(this.#maxCount * 2, this.#batches.maxCount);
      return done;
    } catch {
      // The error comes again, and is told, where each is handled alone.
      this.#maxCount = Math.max(Math.ceil(batch.length / 2), 1);
      return batch.map(() => false);
    }
  }

  /** One of the batches of `next` has ended. */
  ended(): void {
    this.#running -= 1;
  }

  #begin(batch: Entry[]): Entry[] {
    this.#running += 1;
    return batch;
  }
}
