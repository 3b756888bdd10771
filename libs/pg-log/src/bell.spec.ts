import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Bell } from './bell.js';

describe('Bell', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('wakes at once for a ring since the last look', async () => {
    const bell = new Bell();
    bell.ring();
    await bell.wait(1000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('wakes a waiting loop', async () => {
    const bell = new Bell();
    const waiting = bell.wait(1000);
    bell.ring();
    await waiting;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('forgets what was rung before a look', async () => {
    const bell = new Bell();
    bell.ring();
    bell.clear();
    let awake = false;
    const waiting = bell.wait(1000).then(() => (awake = true));
    await vi.advanceTimersByTimeAsync(999);
    expect(awake).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await waiting;
  });
});
