import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { localCounter } from './request-counters.js';

const limit = { requests: 2, windowSeconds: 10 };

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

it('given more requests than a window has, then those beyond are not allowed until it ends', () => {
  const counter = localCounter(limit);
  const quota = (allowed: boolean, remaining: number, resetMs: number) =>
    ({ ...limit, allowed, remaining, resetMs }) as const;
  expect(counter.count('1')).toEqual(quota(true, 1, 10_000));
  vi.advanceTimersByTime(4_000);
  expect(counter.count('1')).toEqual(quota(true, 0, 6_000));
  expect(counter.count('1')).toEqual(quota(false, 0, 6_000));
  expect(counter.count('2')).toEqual(quota(true, 1, 10_000));
  vi.advanceTimersByTime(6_000);
  expect(counter.count('1')).toEqual(quota(true, 1, 10_000));
  expect(counter.count('2')).toEqual(quota(true, 0, 4_000));
});
