import { describe, expect, it, vi } from 'vitest';
import type { Caller } from '../domain/caller.js';
import { SharedHistory, sharedHistoryLimits } from './shared-history.js';
import { StoredThings } from './testing/stored-things.js';

const ann: Caller = { customerId: 'ann', roles: ['customer'], token: 't' };
const quick = { ...sharedHistoryLimits, shareMs: 5 };

function open(limits: Partial<typeof quick> = {}) {
  const store = new StoredThings();
  store.change('a', 'b', 'a');
  const asked: string[] = [];
  const refused: string[] = [];
  const history = new SharedHistory({
    ...{ history: store, snapshots: store, limits: { ...quick, ...limits } },
    asked: (kind) => asked.push(kind),
    refused: (kind) => refused.push(kind),
  });
  return { store, history, asked, refused };
}

const versions = ({ updates }: { updates: readonly { version: number }[] }) =>
  updates.map(({ version }) => version);

describe('SharedHistory', () => {
  it('given a thousand questions at once, then one or two reads answer each as it was asked', async () => {
    const { history, store, asked } = open();
    const answers = await Promise.all(
      Array.from({ length: 1000 }, (_, n) => history.ofOne(ann, 'a', n % 3)),
    );
    expect(answers.map(versions)).toEqual(
      Array.from({ length: 1000 }, (_, n) => [[1, 2], [2], []][n % 3]),
    );
    expect(new Set(answers.map(({ latest }) => latest))).toEqual(new Set([2]));
    expect(store.calls.ofOne).toBeLessThanOrEqual(2);
    expect(asked).toHaveLength(1000);
  });

  it('given that a thousand sockets are told anew at once, then one or two reads answer all of them', async () => {
    const { history, store, asked } = open();
    const all = Array.from({ length: 1000 });
    const pages = await Promise.all(all.map(() => history.newest(ann, 100)));
    expect(pages.every(({ items }) => items.length === 2)).toBe(true);
    const things = await Promise.all(all.map((_, n) => history.get(ann, n % 2 ? 'a' : 'b')));
    expect(things.map(({ id }) => id).slice(0, 3)).toEqual(['b', 'a', 'b']);
    expect(store.calls.newest).toBeLessThanOrEqual(2);
    expect(store.calls.get).toBeLessThanOrEqual(4);
    expect(asked.filter((kind) => kind === 'snapshot')).toHaveLength(2000);
  });

  it('given pages of different lengths, then each gets its own', async () => {
    const { store } = open();
    const newest = async (_: Caller, limit: number) => ({
      ...{ items: [], nextCursor: `after ${limit}` },
    });
    const snapshots = { get: store.get.bind(store), newest };
    const history = new SharedHistory({ limits: quick, history: store, snapshots });
    const pages = await Promise.all([9, 2, 9, 2].map((limit) => history.newest(ann, limit)));
    expect(pages.map(({ nextCursor }) => nextCursor)).toEqual(
      [9, 2, 9, 2].map((n) => `after ${n}`),
    );
  });

  it('given a question while a read is under way, then its answer is not older than the question', async () => {
    const { history, store } = open();
    let second: ReturnType<typeof history.ofOne> | undefined;
    // The first read has seen the change already, and has not answered.
    store.afterwards('ofOne', () => {
      store.change('a');
      second = history.ofOne(ann, 'a', 0);
    });
    expect(versions(await history.ofOne(ann, 'a', 0))).toEqual([1, 2]);
    expect(versions(await second!)).toEqual([1, 2, 3]);
    expect(store.calls.ofOne).toBe(2);
  });

  it('given the same question often, then it is read again only after some time', async () => {
    vi.useFakeTimers();
    const { history, store } = open({ shareMs: 50 });
    const asking = Array.from({ length: 100 }, async (_, n) => {
      await vi.advanceTimersByTimeAsync(0);
      await new Promise((later) => setTimeout(later, n));
      return history.ofFeed(ann, 1);
    });
    await vi.advanceTimersByTimeAsync(500);
    expect((await Promise.all(asking)).every(({ updates }) => updates.length === 2)).toBe(true);
    expect(store.calls.ofFeed).toBeLessThanOrEqual(4);
    vi.useRealTimers();
  });

  it.each([
    ['another customer', { customerId: 'bob' }],
    ['other roles', { roles: ['operator'] }],
  ])('given %s, then nothing is shared', async (_, other) => {
    const { history, store } = open();
    const bob = { ...ann, ...other };
    await Promise.all([ann, bob, ann, bob].map((caller) => history.feedPosition(caller)));
    expect(store.calls.feedPosition).toBe(4);
  });

  it('given that one of those who share has a token that is refused, then the others get their answer', async () => {
    const { store } = open();
    const refuses = Object.assign(new Error('expired'), { code: 'UNAUTHENTICATED' });
    const history = new SharedHistory({
      ...{ limits: quick, snapshots: store },
      history: {
        ofOne: (caller, id, after) =>
          caller.token === 'old' ? Promise.reject(refuses) : store.ofOne(caller, id, after),
        ofFeed: (caller, after) => store.ofFeed(caller, after),
        feedPosition: () => store.feedPosition(),
      },
    });
    const old = { ...ann, token: 'old' };
    const answers = await Promise.allSettled(
      [ann, ann, old].map((caller) => history.ofOne(caller, 'a', 0)),
    );
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  });

  it('given a failure, then all who shared it are told, and the next question is read', async () => {
    const { history, store } = open();
    store.failOnce('feedPosition');
    await expect(history.feedPosition(ann)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await history.feedPosition(ann)).toEqual({ epoch: 'e1', latest: 3 });
  });

  it('given more reads than may wait, then they are refused at once, and may be tried again', async () => {
    const { history, refused } = open({ concurrency: 1, capacity: 2 });
    const answers = await Promise.allSettled(
      [0, 1, 2, 3].map((after) => history.ofFeed(ann, after)),
    );
    expect(answers.map(({ status }) => status)).toEqual([
      ...['fulfilled', 'fulfilled', 'fulfilled', 'rejected'],
    ]);
    expect((answers[3] as PromiseRejectedResult).reason).toMatchObject({
      ...{ code: 'OVERLOADED', retryable: true, retryAfterMs: 1000 },
      message: 'The history can not be read now: 2 reads wait already; try again later',
    });
    expect(refused).toEqual(['feed']);
  });

  it('given reads that take too long, then those behind them are refused, and later ones go on', async () => {
    const { history, store } = open({ concurrency: 1, maxWaitMs: 10 });
    const slow = Promise.withResolvers<void>();
    store.pause = slow.promise;
    const first = history.ofFeed(ann, 0);
    await expect(history.ofFeed(ann, 1)).rejects.toMatchObject({
      message: 'The history can not be read now: it did not begin within 10 ms; try again later',
    });
    slow.resolve();
    expect((await first).updates).toHaveLength(3);
    expect((await history.ofFeed(ann, 2)).updates).toHaveLength(1);
  });
});
