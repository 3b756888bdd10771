import { afterEach, expect, it, vi } from 'vitest';
import { LongTimer } from './long-timer.js';

const day = 24 * 3600 * 1000;

afterEach(() => {
  vi.useRealTimers();
});

function timed(afterMs: number) {
  vi.useFakeTimers();
  const run = vi.fn();
  return { run, timer: new LongTimer(run, afterMs) };
}

it('given longer than a timer of Node holds, then runs once, and not before', () => {
  const { run } = timed(60 * day);
  vi.advanceTimersByTime(60 * day - 1);
  expect(run).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(run).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(60 * day);
  expect(run).toHaveBeenCalledOnce();
});

it('given it is cleared after weeks, then never runs', () => {
  const { run, timer } = timed(60 * day);
  vi.advanceTimersByTime(30 * day);
  timer.clear();
  vi.advanceTimersByTime(60 * day);
  expect(run).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

it('given a time that is past, then runs at once', () => {
  const { run } = timed(-1);
  vi.advanceTimersByTime(1);
  expect(run).toHaveBeenCalledOnce();
});
