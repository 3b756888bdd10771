import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Watches } from './watches.js';

const never = new AbortController().signal;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function given(options: { maxWatches?: number } = {}) {
  const versions = new Map<string, number>();
  const queries: string[][] = [];
  const watches = new Watches({
    what: 'order',
    async numbersOf(orderIds) {
      queries.push([...orderIds]);
      return new Map([...versions].filter(([orderId]) => orderIds.includes(orderId)));
    },
    ...{ pollMs: 2000, ...options },
  });
  return { watches, versions, queries };
}

/** Whether the promise is fulfilled by now. */
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  void promise.then(() => (done = true));
  await vi.advanceTimersByTimeAsync(0);
  return done;
}

describe('Watches', () => {
  it('given a hint of a version that is there, then wakes at once those who watch that order', async () => {
    const { watches, versions } = given();
    const first = watches.watch('a').changed(never);
    const second = watches.watch('a').changed(never);
    const other = watches.watch('b').changed(never);
    versions.set('a', 2);
    watches.hint('a', 2);

    expect(await isDone(Promise.all([first, second]))).toBe(true);
    expect(await isDone(other)).toBe(false);
  });

  it('given a hint that comes before its commit, then wakes when the version is there', async () => {
    const { watches, versions } = given();
    const changed = watches.watch('a').changed(never);
    versions.set('a', 1);
    watches.hint('a', 1);
    await changed;
    const next = watches.watch('a').changed(never);
    watches.hint('a', 2);
    expect(await isDone(next)).toBe(false);
    versions.set('a', 2);
    await vi.advanceTimersByTimeAsync(8);
    expect(await isDone(next)).toBe(true);
  });

  it('given a change before the wait, then the wait is over at once', async () => {
    const { watches, versions } = given();
    const watch = watches.watch('a');
    versions.set('a', 1);
    watches.hint('a', 1);
    await vi.advanceTimersByTimeAsync(0);
    expect(await isDone(watch.changed(never))).toBe(true);
    expect(await isDone(watch.changed(never))).toBe(false);
  });

  it('given a hint that got lost, then the poll finds the change, with one query for all orders', async () => {
    const { watches, versions, queries } = given();
    const all = ['a', 'b', 'c'].map((orderId) => watches.watch(orderId).changed(never));
    ['a', 'b', 'c'].forEach((orderId) => versions.set(orderId, 1));
    await vi.advanceTimersByTimeAsync(2000);
    expect(await isDone(Promise.all(all))).toBe(true);
    expect(queries).toEqual([['a', 'b', 'c']]);
  });

  it('given a version that never comes, then stops looking for it', async () => {
    const { watches, queries } = given();
    watches.watch('a');
    watches.hint('a', 9);
    await vi.advanceTimersByTimeAsync(1900);
    const looks = queries.length;
    expect(looks).toBe(11);
    await vi.advanceTimersByTimeAsync(90);
    expect(queries).toHaveLength(looks);
  });

  it('given nobody watches, then asks nothing', async () => {
    const { watches, queries } = given();
    watches.watch('a').close();
    watches.hint('a', 1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(queries).toEqual([]);
  });

  it('given the signal aborts, then the wait is over', async () => {
    const { watches } = given();
    const abort = new AbortController();
    const changed = watches.watch('a').changed(abort.signal);
    abort.abort();
    expect(await isDone(changed)).toBe(true);
  });

  it('given as many watches as allowed, then refuses one more until one closes', () => {
    const { watches } = given({ maxWatches: 2 });
    const first = watches.watch('a');
    watches.watch('b');
    expect(() => watches.watch('c')).toThrow(
      expect.objectContaining({ code: 'OVERLOADED', message: 'All 2 order watches are in use' }),
    );
    first.close();
    first.close();
    watches.watch('c');
    expect(() => watches.watch('d')).toThrow('All 2 order watches are in use');
  });
});
