import type { WatchUpdatesRequest } from '@mesh/contracts/order';

export interface WatchedFeedsOptions {
  /** Undefined when nobody watches any more. */
  readonly tokenOf: (customerId: string) => string | undefined;
  /** How long a customer is watched after its last session. */
  readonly lingerMs: number;
}

/** The wait before a refused feed is asked for again: random, between the half and all of it. */
const againMs = 2000;

interface Watched {
  readonly customerId: string;
  /** In the open stream; undefined: it was not asked for there. */
  id: number | undefined;
  /** The last update that came. */
  sequence: number | undefined;
  /** Runs until it is not watched any more, or asked for again. */
  timer: NodeJS.Timeout | undefined;
  gone: boolean;
}

/**
 * Which feeds the open stream is asked for, and how far each has come. What has to be asked waits as one
 * mark for each customer, however often it changes.
 */
export class WatchedFeeds {
  readonly #options: WatchedFeedsOptions;
  readonly #feeds = new Map<string, Watched>();
  readonly #byId = new Map<number, Watched>();
  /** What the stream has not been told. */
  readonly #untold = new Set<Watched>();
  #lastId = 0;
  /** Of the stream that is asked; those before it take nothing more. */
  #round = 0;
  #changed = Promise.withResolvers<void>();

  constructor(options: WatchedFeedsOptions) {
    this.#options = options;
  }

  watch(customerId: string): void {
    const known = this.#feeds.get(customerId);
    if (known === undefined) {
      const feed = {
        customerId,
        id: undefined,
        sequence: undefined,
        timer: undefined,
        gone: false,
      };
      this.#feeds.set(customerId, feed);
      this.#tell(feed);
    } else if (known.id !== undefined) clearTimeout(known.timer);
    else this.#tell(known);
  }

  /** Goes on for a while: a page that is loaded again comes back soon. */
  unwatch(customerId: string): void {
    const feed = this.#feeds.get(customerId);
    if (feed === undefined) return;
    this.#later(feed, this.#options.lingerMs, () => {
      feed.gone = true;
      this.#feeds.delete(customerId);
      this.#tell(feed);
    });
  }

  /** Fulfilled when there is something to ask for, or the signal aborts. */
  async needed(signal: AbortSignal): Promise<void> {
    while (this.#feeds.size === 0 && !signal.aborted) await this.#changed.promise;
  }

  /** What one stream is asked: to be taken up before the next one, and ended after so long. */
  async *requests(maxAgeMs: number): AsyncGenerator<WatchUpdatesRequest> {
    let old = false;
    const round = this.#round;
    const open = () => round === this.#round && !old;
    const timer = setTimeout(() => {
      old = true;
      this.#wake();
    }, maxAgeMs);
    try {
      while (open()) {
        for (const feed of this.#untold) {
          if (!open()) return;
          this.#untold.delete(feed);
          const request = this.#requestOf(feed);
          if (request !== undefined) yield { request };
        }
        if (this.#untold.size === 0 && open()) await this.#changed.promise;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  subscribed(id: number, latestSequence: number): void {
    const feed = this.#byId.get(id);
    if (feed !== undefined) feed.sequence ??= latestSequence;
  }

  /** False for what was not asked for, or any more. */
  reached(id: number, sequence: number): boolean {
    const feed = this.#byId.get(id);
    if (feed !== undefined) feed.sequence = sequence;
    return feed !== undefined;
  }

  /** It is asked for again soon; from where it stands then, if it can't go on. Sessions read what they lack. */
  refused(id: number, code: string): void {
    const feed = this.#byId.get(id);
    if (feed === undefined) return;
    this.#forgetId(feed);
    if (code === 'HISTORY_GONE') feed.sequence = undefined;
    this.#later(feed, againMs * (0.5 + Math.random() / 2), () => this.#tell(feed));
  }

  /** The next stream has to be asked for everything. */
  disconnected(): void {
    this.#round += 1;
    this.#untold.clear();
    for (const feed of this.#feeds.values()) {
      this.#forgetId(feed);
      this.#untold.add(feed);
    }
    this.#byId.clear();
    this.#wake();
  }

  close(): void {
    for (const { timer } of this.#feeds.values()) clearTimeout(timer);
    this.#wake();
  }

  #requestOf(feed: Watched): WatchUpdatesRequest['request'] {
    const { id, customerId, sequence, gone } = feed;
    if (gone) {
      if (id === undefined) return undefined;
      this.#forgetId(feed);
      return { $case: 'unsubscribe', value: { id } };
    }
    const token = this.#options.tokenOf(customerId);
    if (id !== undefined || token === undefined) return undefined;
    feed.id = this.#lastId += 1;
    this.#byId.set(feed.id, feed);
    const after = sequence === undefined ? {} : { afterSequence: sequence };
    return { $case: 'subscribe', value: { id: feed.id, token, ...after } };
  }

  #forgetId(feed: Watched): void {
    if (feed.id !== undefined) this.#byId.delete(feed.id);
    feed.id = undefined;
  }

  #later(feed: Watched, ms: number, work: () => void): void {
    clearTimeout(feed.timer);
    feed.timer = setTimeout(work, ms).unref();
  }

  #tell(feed: Watched): void {
    clearTimeout(feed.timer);
    this.#untold.add(feed);
    this.#wake();
  }

  #wake(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers();
    resolve();
  }
}
