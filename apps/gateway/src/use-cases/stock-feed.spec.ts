import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { StockUpdate } from '../domain/stock-item.js';
import { LiveHub } from './live-hub.js';
import { StockFeed } from './stock-feed.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function open() {
  const stored = new Map<string, StockUpdate>();
  const set = (sku: string, available: number, version: number) => {
    stored.set(sku, { sku, available, version });
    return stored.get(sku)!;
  };
  let reads = 0;
  const hub = new LiveHub();
  const failures: unknown[] = [];
  const state = { away: false };
  const feed = new StockFeed({
    hub,
    states: {
      async states(cursor) {
        if (state.away) throw new Error('away');
        const items = [...stored.values()].sort((a, b) => (a.sku < b.sku ? -1 : 1));
        const from = items.findIndex(({ sku }) => sku > (cursor ?? ''));
        reads += 1;
        const page = from < 0 ? [] : items.slice(from, from + 2);
        const more = from >= 0 && from + 2 < items.length;
        return { items: page, nextCursor: more ? page.at(-1)!.sku : undefined };
      },
    },
    failed: (error) => failures.push(error),
  });
  const seen: string[] = [];
  const watch = () => hub.watchStock(({ sku, version }) => seen.push(`${sku}${version}`));
  return { hub, feed, set, seen, watch, failures, state, reads: () => reads };
}

it('given a change that the fan-out lost, then watchers get it soon, once', async () => {
  const { feed, hub, set, seen, watch } = open();
  watch();
  hub.stockUpdated(set('CUP', 5, 1));
  set('CUP', 4, 2);
  set('MUG', 9, 1);
  set('TEA', 9, 1);
  await vi.advanceTimersByTimeAsync(45_000);
  hub.stockUpdated({ sku: 'CUP', available: 5, version: 1 });
  expect(seen).toEqual(['CUP1', 'CUP2', 'MUG1', 'TEA1']);
  feed.stop();
});

it('given that nobody watches, then nothing is read', async () => {
  const { feed, reads } = open();
  await vi.advanceTimersByTimeAsync(200_000);
  expect(reads()).toBe(0);
  feed.stop();
});

it('given a thousand who want the present state at once, then few reads, and each gets what is newer', async () => {
  const { feed, hub, set, reads } = open();
  set('CUP', 4, 7);
  set('MUG', 9, 1);
  const all = Promise.all(Array.from({ length: 1000 }, () => feed.refresh()));
  await vi.advanceTimersByTimeAsync(1_000);
  await all;
  expect(reads()).toBeLessThanOrEqual(2);
  expect(hub.stockAfter({})).toEqual([
    { sku: 'CUP', available: 4, version: 7 },
    { sku: 'MUG', available: 9, version: 1 },
  ]);
  expect(hub.stockAfter({ CUP: 7, MUG: 0 })).toEqual([{ sku: 'MUG', available: 9, version: 1 }]);
  feed.stop();
});

it('given that inventory is away, then it is told and tried again', async () => {
  const { feed, set, seen, watch, failures, state } = open();
  watch();
  set('CUP', 4, 2);
  state.away = true;
  await vi.advanceTimersByTimeAsync(45_000);
  expect(failures).not.toHaveLength(0);
  state.away = false;
  await vi.advanceTimersByTimeAsync(45_000);
  expect(seen).toEqual(['CUP2']);
  feed.stop();
});
