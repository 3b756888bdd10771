import type { StockItem } from '../domain/stock-item.js';
import { stockNotFound } from './stock-error.js';
import type { StockFeed } from './stock-feed.js';
import type { StockStore } from './stock-store.js';

const PAGE = 100;

/**
 * Yields the present stock, then each item again when it changed. The feed only says what to read
 * again: versions never go back, and a reader that is slower than the changes skips to the newest.
 * Whatever the feed missed is found by reading everything again every `repairMs`.
 */
export class WatchStock {
  readonly #store: StockStore;
  readonly #feed: StockFeed;
  readonly #repairMs: number;

  constructor(deps: {
    readonly store: StockStore;
    readonly feed: StockFeed;
    /** @default 30000 */
    readonly repairMs?: number;
  }) {
    this.#store = deps.store;
    this.#feed = deps.feed;
    this.#repairMs = deps.repairMs ?? 30_000;
  }

  /**
   * Ends when `signal` aborts.
   * @param skus what to watch; everything when empty
   * @throws StockError STOCK_NOT_FOUND for the first SKU that does not exist
   */
  async *execute(skus: readonly string[], signal: AbortSignal): AsyncGenerator<StockItem> {
    const wanted = new Set(skus);
    const seen = new Map<string, number>();
    const dirty = new Set<string>();
    let woken = Promise.withResolvers<void>();
    const wake = () => woken.resolve();
    const stop = this.#feed.listen(({ sku, version }) => {
      if (wanted.size > 0 && !wanted.has(sku)) return;
      if (version <= (seen.get(sku) ?? 0)) return;
      dirty.add(sku);
      wake();
    });
    signal.addEventListener('abort', wake);
    try {
      let items = await this.#readAll(skus);
      const missing = skus.find((sku) => !items.some((item) => item.sku === sku));
      if (missing !== undefined) throw stockNotFound(missing);
      while (!signal.aborted) {
        for (const item of items) {
          if (item.version <= (seen.get(item.sku) ?? 0)) continue;
          seen.set(item.sku, item.version);
          yield item;
        }
        const timer = setTimeout(wake, this.#repairMs);
        await woken.promise;
        clearTimeout(timer);
        woken = Promise.withResolvers();
        const changed = [...dirty];
        dirty.clear();
        items = changed.length > 0 ? await this.#store.find(changed) : await this.#readAll(skus);
      }
    } finally {
      stop();
      signal.removeEventListener('abort', wake);
    }
  }

  async #readAll(skus: readonly string[]): Promise<readonly StockItem[]> {
    if (skus.length > 0) return this.#store.find(skus);
    const items: StockItem[] = [];
    for (let page: readonly StockItem[] = []; ;) {
      const after = page.at(-1)?.sku;
      page = await this.#store.list({ limit: PAGE, ...(after !== undefined && { after }) });
      items.push(...page);
      if (page.length < PAGE) return items;
    }
  }
}
