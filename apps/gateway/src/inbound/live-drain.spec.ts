import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { drainLive } from './live-drain.js';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

async function drained(count: number, withinMs: number) {
  const begin = performance.now();
  const told: number[] = [];
  const ended: number[] = [];
  const connections = Array.from({ length: count }, () => ({
    announceEnd: (_: string, inMs: number) => told.push(inMs),
    end: () => ended.push(performance.now() - begin),
  }));
  const done = drainLive(connections, withinMs);
  expect(told).toHaveLength(count);
  await vi.runAllTimersAsync();
  await done;
  return { told, ended };
}

it('tells each its time at once, and ends it then: spread over the time there is', async () => {
  const { told, ended } = await drained(2000, 4000);
  ended.forEach((at, index) => expect(Math.abs(at - told[index]!)).toBeLessThan(5));
  for (let second = 0; second < 4; second += 1) {
    const then = ended.filter((at) => at >= second * 1000 && at < second * 1000 + 1000);
    expect(then.length).toBeGreaterThan(450);
    expect(then.length).toBeLessThan(550);
  }
});

it('given few, then it does not take long; given none, no time', async () => {
  const { ended } = await drained(10, 4000);
  expect(Math.max(...ended)).toBeLessThanOrEqual(40);
  await drained(0, 4000);
});
