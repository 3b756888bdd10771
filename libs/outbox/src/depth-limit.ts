import { metrics } from '@mesh/tracing';
import type { Admission, Appended } from './admission.js';
import { OutboxFullError } from './errors.js';
import { readBacklog } from './postgres/backlog.js';
import type { Queryable } from './postgres/queryable.js';

const refused = metrics.counter({
  name: 'mesh_outbox_refused_total',
  help: 'Appends that were refused because too many events wait to be published',
});

/** Counting takes at most this part of the time of one connection, as long as a count takes at most 100 ms. */
const COUNTING_SHARE = 1 / 20;
/** Between counts, however long they take: what is free again is to be seen. */
const MOST_MS = 2000;
/** Between counts from half of the limit on. */
const NEAR_MS = 50;
const DRAINING_RETRY_MS = 1000;
const STANDING_RETRY_MS = 5000;

/** How much may wait in an outbox before it takes no more. */
export interface DepthLimitOptions {
  /** The service's database. */
  readonly pool: Queryable;
  /**
   * Events that may be committed and not yet confirmed by a broker. More outlasts a longer outage of
   * the broker, and takes as much more disk: about 1 KiB an event of the example. Less than what is
   * appended in a tenth of a second refuses also while the relay keeps up. @default 200000
   */
  readonly maxEvents?: number;
  /**
   * Milliseconds after which the database is asked again, while somebody appends; 50 from half of the
   * limit on; later where the answer takes long. Less lets replicas exceed the limit by less. @default 1000
   */
  readonly freshMs?: number;
}

/**
 * Refuses appends while too many events wait for the relay, and takes them again by itself once it
 * has caught up. An append costs a comparison: what waits is counted in the database beside it, for
 * all replicas, and between two counts each adds what it appends itself. So the limit is exceeded by
 * no more than what the others append in that time. While nobody appends nothing is asked.
 */
export class DepthLimit implements Admission {
  readonly #pool: Queryable;
  readonly #maxEvents: number;
  readonly #freshMs: number;
  /** At the last count. */
  #counted = 0;
  /** Appended here since then. */
  #since = 0;
  #countedAt = -Infinity;
  #countTookMs = 0;
  #counting: Promise<void> | undefined;
  #draining = true;

  constructor({ pool, maxEvents = 200_000, freshMs = 1000 }: DepthLimitOptions) {
    this.#pool = pool;
    this.#maxEvents = maxEvents;
    this.#freshMs = freshMs;
  }

  /** Of events. */
  get max(): number {
    return this.#maxEvents;
  }

  /** Something that does not fit an empty outbox is taken nevertheless. @throws OutboxFullError */
  admit({ events }: Appended): void {
    const waiting = this.#counted + this.#since;
    if (this.#isStale(waiting + events)) void this.refresh();
    if (waiting > 0 && waiting + events > this.#maxEvents) {
      refused.inc();
      throw new OutboxFullError(
        `${waiting} events wait to be published, and the outbox takes ${this.#maxEvents}: the broker does not take them, or not as fast`,
        this.#draining ? DRAINING_RETRY_MS : STANDING_RETRY_MS,
      );
    }
    this.#since += events;
  }

  /** Counts anew what waits. Fulfilled also when the database does not answer: then the last count stays. */
  refresh(): Promise<void> {
    this.#counting ??= this.#count().finally(() => (this.#counting = undefined));
    return this.#counting;
  }

  /** Where it may soon be full, it is worth counting more often than to know that it is not. */
  #isStale(waiting: number): boolean {
    const freshMs =
      waiting * 2 > this.#maxEvents ? Math.min(NEAR_MS, this.#freshMs) : this.#freshMs;
    return (
      performance.now() >=
      this.#countedAt + Math.max(freshMs, Math.min(MOST_MS, this.#countTookMs / COUNTING_SHARE))
    );
  }

  async #count(): Promise<void> {
    const startedAt = performance.now();
    const before = this.#since;
    const waited = this.#counted + before;
    try {
      const { depth } = await readBacklog(this.#pool);
      this.#counted = depth;
      // What is not committed yet is missing in the count: at most what one transaction a connection appends.
      this.#since -= before;
      this.#draining = depth < waited;
    } catch {
      // Appends fail too while the database is away.
    }
    this.#countedAt = performance.now();
    this.#countTookMs = this.#countedAt - startedAt;
  }
}
