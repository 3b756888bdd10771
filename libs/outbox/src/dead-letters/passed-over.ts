import { claimRuns } from '../key-numbers/claim-runs.js';
import type { TransactionExecutor } from '../open-transaction.js';
import type { KeyPlace } from './parked-keys.js';
import { runOf, type Numbered } from './in-order.js';

/** Of one statement. */
const MAX_COUNT = 100;

interface Waiting {
  readonly arrival: Numbered;
  readonly place: KeyPlace;
  readonly settle: PromiseWithResolvers<boolean>;
}

/**
 * Takes the numbers of events that nobody handles, with one statement in flight: whatever comes while it
 * is on its way goes with the next one. What is waiting is bounded by the windows of the subscriptions.
 */
export class PassedOver {
  readonly #executor: TransactionExecutor;
  #waiting: Waiting[] = [];
  #writing = false;

  constructor(executor: TransactionExecutor) {
    this.#executor = executor;
  }

  /** Whether the number was the next of its key and is taken now. */
  take(arrival: Numbered, place: KeyPlace): Promise<boolean> {
    const settle = Promise.withResolvers<boolean>();
    this.#waiting.push({ arrival, place, settle });
    if (!this.#writing) void this.#writeAll();
    return settle.promise;
  }

  async #writeAll(): Promise<void> {
    this.#writing = true;
    // Those of the same turn of the event loop go together.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#write(this.#nextBatch());
    this.#writing = false;
  }

  /** Of one group and stream, each key once: a transport hands over one event of a key at a time. */
  #nextBatch(): readonly Waiting[] {
    const [first] = this.#waiting as [Waiting];
    const keys = new Set<string>();
    const batch = this.#waiting.filter(({ place: { group, stream, key } }) => {
      if (group !== first.place.group || stream !== first.place.stream) return false;
      if (keys.size === MAX_COUNT || keys.has(key)) return false;
      keys.add(key);
      return true;
    });
    this.#waiting = this.#waiting.filter((one) => !batch.includes(one));
    return batch;
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    const [first] = batch as [Waiting];
    try {
      const runs = batch.map(({ arrival, place }) => runOf(arrival, place));
      // A parked key's too: nothing is built on an event without a handler.
      const claims = await claimRuns(this.#executor, first.place, runs, { parkedToo: true });
      batch.forEach(({ settle }, at) => settle.resolve(claims[at] === 'new'));
    } catch (error) {
      for (const { settle } of batch) settle.reject(error);
    }
  }
}
