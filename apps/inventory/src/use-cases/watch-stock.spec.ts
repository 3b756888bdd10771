import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StockItem } from '../domain/stock-item.js';
import { StockFeed } from './stock-feed.js';
import type { StockStore } from './stock-store.js';
import { WatchStock } from './watch-stock.js';

/** Stock in memory whose changes are announced, or lost on their way. */
class MemoryStock {
  readonly feed = new StockFeed();
  readonly items = new Map<string, StockItem>();

  set(sku: string, available: number, { announce = true } = {}): void {
    const version = (this.items.get(sku)?.version ?? 0) + 1;
    const price = { amountMinor: 1, currency: 'EUR' };
    this.items.set(sku, { sku, name: sku, price, available, version });
    if (announce) this.feed.announce({ sku, available, version });
  }

  watch(
    skus: readonly string[],
    signal: AbortSignal,
    repairMs?: number,
  ): AsyncGenerator<StockItem> {
    const all = () => [...this.items.values()].sort((a, b) => (a.sku < b.sku ? -1 : 1));
    const store: Pick<StockStore, 'find' | 'list'> = {
      find: async (wanted) => all().filter(({ sku }) => wanted.includes(sku)),
      list: async ({ limit, after = '' }) =>
        all()
          .filter(({ sku }) => sku > after)
          .slice(0, limit),
    };
    const options = repairMs === undefined ? {} : { repairMs };
    return new WatchStock({ store: store as StockStore, feed: this.feed, ...options }).execute(
      skus,
      signal,
    );
  }
}

describe('WatchStock', () => {
  let stock: MemoryStock;
  let stop: AbortController;
  const next = async (items: AsyncGenerator<StockItem>) => {
    const { value } = await items.next();
    return value && [value.sku, value.available, value.version];
  };

  beforeEach(() => {
    stock = new MemoryStock();
    stop = new AbortController();
    stock.set('A', 5);
    stock.set('B', 7);
  });
  afterEach(() => stop.abort());

  it('shows what is there and then each change, once', async () => {
    const items = stock.watch([], stop.signal);
    expect(await next(items)).toEqual(['A', 5, 1]);
    expect(await next(items)).toEqual(['B', 7, 1]);
    stock.set('A', 4);
    expect(await next(items)).toEqual(['A', 4, 2]);
    stock.feed.announce({ sku: 'A', available: 5, version: 1 });
    stock.set('C', 1);
    expect(await next(items)).toEqual(['C', 1, 1]);
  });

  it('given SKUs, when others change, then shows those only', async () => {
    const items = stock.watch(['B'], stop.signal);
    expect(await next(items)).toEqual(['B', 7, 1]);
    stock.set('A', 1);
    stock.set('B', 6);
    expect(await next(items)).toEqual(['B', 6, 2]);
  });

  it('given a reader that is slow, when an item changes often, then skips to the newest', async () => {
    const items = stock.watch(['A'], stop.signal);
    await next(items);
    for (let available = 100; available > 0; available--) stock.set('A', available);
    expect(await next(items)).toEqual(['A', 1, 101]);
  });

  it('given a change whose announcement was lost, when it is time to repair, then shows it', async () => {
    const items = stock.watch([], stop.signal, 20);
    await next(items);
    await next(items);
    stock.set('B', 1, { announce: false });
    expect(await next(items)).toEqual(['B', 1, 2]);
  });

  it('given more than a page, when watching all, then shows all', async () => {
    for (let number = 0; number < 250; number++) stock.set(`S-${1000 + number}`, 1);
    const items = stock.watch([], stop.signal);
    const seen = new Set<string>();
    for (let count = 0; count < 252; count++) seen.add((await items.next()).value.sku);
    expect(seen.size).toBe(252);
  });

  it('given an unknown SKU, when watching, then refuses', async () => {
    const items = stock.watch(['A', 'X'], stop.signal);
    await expect(items.next()).rejects.toMatchObject({
      code: 'STOCK_NOT_FOUND',
      message: 'No SKU "X" is in stock lists',
    });
  });

  it('ends when its signal aborts, also while it waits', async () => {
    const items = stock.watch(['A'], stop.signal);
    await next(items);
    const waiting = items.next();
    stop.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });
});
