import type { StockUpdate } from '../domain/stock-item.js';
import type { LiveHub } from './live-hub.js';
import { SharedReads, Slots } from './shared-reads.js';
import type { StockStates } from './stock.js';

export interface StockFeedOptions {
  readonly hub: LiveHub;
  readonly states: StockStates;
  /** How often stock that somebody watches is read, spread by half: a lost change shows then. @default 30000 */
  readonly everyMs?: number;
  failed(error: unknown): void;
}

/** SKUs that are read at most. */
const maxPages = 1000;

/**
 * Makes good what the fan-out lost of stock. Changes of stock are states: the latest of a SKU replaces
 * all before it, so what is missing is read as it is now, one read for all who ask.
 */
export class StockFeed {
  readonly #options: StockFeedOptions;
  readonly #reads: SharedReads<undefined, void>;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: StockFeedOptions) {
    this.#options = options;
    const slots = new Slots({ concurrency: 1, capacity: 1, maxWaitMs: 10_000 });
    this.#reads = new SharedReads(slots, {
      shareMs: 50,
      merge: () => undefined,
      read: () => this.#readAll(),
    });
    this.#later();
  }

  /** The hub knows the stock of now, and has told watchers what they lacked. */
  refresh(): Promise<void> {
    return this.#reads.ask('stock', undefined);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async #readAll(): Promise<void> {
    let cursor: string | undefined;
    for (let page = 0; page < maxPages; page += 1) {
      const { items, nextCursor } = await this.#options.states.states(cursor);
      items.forEach((state: StockUpdate) => this.#options.hub.stockUpdated(state));
      if (nextCursor === undefined) return;
      cursor = nextCursor;
    }
  }

  #later(): void {
    const { hub, everyMs = 30_000, failed } = this.#options;
    this.#timer = setTimeout(
      () => {
        if (hub.stockIsWatched) void this.refresh().catch(failed);
        this.#later();
      },
      everyMs * (0.5 + Math.random()),
    ).unref();
  }
}
