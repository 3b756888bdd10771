import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { StateUpdate } from '../domain/state-update.js';
import { StateFeed } from './state-feed.js';
import { counters } from './testing/probe-resources.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

type Count = StateUpdate & { readonly count: number };

function open() {
  const stored = new Map<string, Count>();
  const set = (key: string, count: number, version: number) => {
    stored.set(key, { key, count, version });
    return stored.get(key)!;
  };
  let reads = 0;
  const failures: unknown[] = [];
  const state = { away: false };
  const feed = new StateFeed({
    resource: counters,
    states: {
      async states(cursor) {
        if (state.away) throw new Error('away');
        const items = [...stored.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
        const from = items.findIndex(({ key }) => key > (cursor ?? ''));
        reads += 1;
        const page = from < 0 ? [] : items.slice(from, from + 2);
        const more = from >= 0 && from + 2 < items.length;
        return { items: page, nextCursor: more ? page.at(-1)!.key : undefined };
      },
    },
    failed: (error) => failures.push(error),
  });
  const seen: string[] = [];
  const watch = () => feed.watch(({ key, version }) => seen.push(`${key}${version}`));
  return { feed, set, seen, watch, failures, state, reads: () => reads };
}

it('given a change that the fan-out lost, then watchers get it soon, once', async () => {
  const { feed, set, seen, watch } = open();
  watch();
  feed.updated(set('CUP', 5, 1));
  set('CUP', 4, 2);
  set('MUG', 9, 1);
  set('TEA', 9, 1);
  await vi.advanceTimersByTimeAsync(45_000);
  feed.updated({ key: 'CUP', version: 1 });
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
  const { feed, set, reads } = open();
  set('CUP', 4, 7);
  set('MUG', 9, 1);
  const all = Promise.all(Array.from({ length: 1000 }, () => feed.refresh()));
  await vi.advanceTimersByTimeAsync(1_000);
  await all;
  expect(reads()).toBeLessThanOrEqual(2);
  expect(feed.after({}).map(({ message }) => message)).toEqual([
    { name: 'CUP', count: 4, version: 7 },
    { name: 'MUG', count: 9, version: 1 },
  ]);
  expect(feed.after({ CUP: 7, MUG: 0 })).toMatchObject([{ key: 'MUG', version: 1 }]);
  feed.stop();
});

it('given that their service is away, then it is told and tried again', async () => {
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
