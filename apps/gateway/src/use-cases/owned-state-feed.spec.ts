import { expect, it } from 'vitest';
import type { Caller } from '../domain/caller.js';
import type { StateUpdate } from '../domain/state-update.js';
import { OwnedStateFeed } from './owned-state-feed.js';
import { counters } from './testing/probe-resources.js';

type Count = StateUpdate & { readonly count: number };

const ann: Caller = { customerId: 'ann', roles: [], token: 'of ann' };
const bob: Caller = { customerId: 'bob', roles: [], token: 'of bob' };

function open(maxKept?: number) {
  const stored = new Map<string, Count & { readonly owner: string }>();
  const asked: string[] = [];
  const service = { away: false };
  const feed = new OwnedStateFeed<Count>({
    resource: counters,
    ...(maxKept !== undefined && { maxKept }),
    states: {
      async state({ customerId }, key) {
        asked.push(`${customerId} ${key}`);
        if (service.away) throw new Error('away');
        const found = stored.get(key);
        return found?.owner === customerId ? found : undefined;
      },
    },
  });
  const set = (owner: string, key: string, version: number) => {
    stored.set(key, { owner, key, version, count: version * 10 });
    return stored.get(key)!;
  };
  const tell = (owner: string, key: string, version: number) =>
    feed.updated(owner, set(owner, key, version));
  const watched = (caller: Caller) => {
    const seen: string[] = [];
    const watcher = ({ key, version }: StateUpdate) => void seen.push(`${key}${version}`);
    feed.watch(watcher, caller);
    return { seen, watcher };
  };
  return { feed, set, tell, watched, asked, service };
}

const named = (states: readonly StateUpdate[]) =>
  states.map(({ key, version }) => `${key}${version}`);

it('given a change, then all watchers of its customer get it, and nobody else', () => {
  const { tell, watched } = open();
  const [one, two, other] = [watched(ann), watched(ann), watched(bob)];
  tell('ann', 'a', 1);
  tell('bob', 'b', 1);
  expect([one.seen, two.seen, other.seen]).toEqual([['a1'], ['a1'], ['b1']]);
});

it('given a repeat and one that comes late, then they are dropped', () => {
  const { tell, watched } = open();
  const { seen } = watched(ann);
  for (const version of [1, 2, 2, 1, 3]) tell('ann', 'a', version);
  expect(seen).toEqual(['a1', 'a2', 'a3']);
});

it('given a watcher that left, then it gets nothing more, and others do', () => {
  const { feed, tell, watched } = open();
  const [left, stays] = [watched(ann), watched(ann)];
  feed.unwatch(left.watcher);
  tell('ann', 'a', 1);
  expect([left.seen, stays.seen]).toEqual([[], ['a1']]);
});

it('given what was told before, then what is newer than the versions, of the customer alone', () => {
  const { feed, tell } = open();
  tell('ann', 'a', 2);
  tell('ann', 'c', 1);
  tell('bob', 'b', 5);
  expect(named(feed.after({ a: 1 }, ann))).toEqual(['a2', 'c1']);
  expect(named(feed.after({ a: 2, c: 1 }, ann))).toEqual([]);
  expect(feed.after({}, bob)).toMatchObject([{ message: { name: 'b', count: 50, version: 5 } }]);
});

it('given a change that was missed, when refreshing, then it is read for the caller and told', async () => {
  const { feed, set, asked, watched } = open();
  const { seen } = watched(ann);
  set('ann', 'a', 7);
  await feed.refresh(ann, { a: 6 });
  expect([asked, seen, named(feed.after({ a: 6 }, ann))]).toEqual([['ann a'], ['a7'], ['a7']]);
});

it('given the key of another customer, when refreshing, then nothing of it is told', async () => {
  const { feed, tell } = open();
  tell('bob', 'b', 5);
  await feed.refresh(ann, { b: 0 });
  expect(feed.after({ b: 0 }, ann)).toEqual([]);
});

it('given that many of a customer ask at once, then a key is read at most twice', async () => {
  const { feed, set, asked } = open();
  set('ann', 'a', 1);
  await Promise.all(Array.from({ length: 100 }, () => feed.refresh(ann, { a: 0 })));
  expect(asked.length).toBeLessThanOrEqual(2);
});

it('given that its service is away, when refreshing, then it fails', async () => {
  const { feed, service } = open();
  service.away = true;
  await expect(feed.refresh(ann, { a: 0 })).rejects.toThrow('away');
});

it('given more keys than are kept, then those that were told longest ago are forgotten', () => {
  const { feed, tell } = open(2);
  for (const [key, version] of [
    ['a', 1],
    ['b', 1],
    ['a', 2],
    ['c', 1],
  ] as const)
    tell('ann', key, version);
  expect(named(feed.after({}, ann))).toEqual(['a2', 'c1']);
});
