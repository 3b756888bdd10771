import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { counted, giveWay, telling } from './telling.js';

describe('telling', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('given work that lasts, then says what is under way every five seconds, and nothing after its end', async () => {
    const said: string[] = [];
    let doing = 'waits';
    const { promise, resolve } = Promise.withResolvers<string>();
    const told = telling(
      { say: (line) => said.push(line), words: () => doing, signal: new AbortController().signal },
      () => promise,
    );
    vi.advanceTimersByTime(6_000);
    doing = 'reads';
    vi.advanceTimersByTime(6_000);
    resolve('done');
    expect(await told).toBe('done');
    vi.advanceTimersByTime(60_000);
    expect(said).toEqual(['waits (5 s)', 'reads (10 s)']);
  });

  it('given a signal, then says nothing more while the work goes on', async () => {
    const said: string[] = [];
    const stopping = new AbortController();
    const { promise, resolve } = Promise.withResolvers<void>();
    const told = telling(
      { say: (line) => said.push(line), words: () => 'waits', signal: stopping.signal },
      () => promise,
    );
    stopping.abort();
    vi.advanceTimersByTime(60_000);
    resolve();
    await told;
    expect(said).toEqual([]);
  });
});

it('giveWay, given a signal that has come, then throws its reason', async () => {
  await giveWay(new AbortController().signal);
  await expect(giveWay(AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
});

it('counts one thing and several', () => {
  expect([counted(1, 'order'), counted(2, 'order')]).toEqual(['1 order', '2 orders']);
});
