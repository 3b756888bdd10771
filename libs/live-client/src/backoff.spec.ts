import { afterEach, describe, expect, it, vi } from 'vitest';
import { Backoff } from './backoff.js';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('Backoff', () => {
  it('doubles the bound up to the highest, and begins anew when reset', () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const backoff = new Backoff({ minMs: 100, maxMs: 1000 });
    const waits = Array.from({ length: 6 }, () => backoff.nextMs());
    expect(waits).toEqual([50, 100, 200, 400, 500, 500]);
    backoff.reset();
    expect([backoff.tries, backoff.nextMs()]).toEqual([0, 50]);
  });

  it('spreads over all of the time: of many clients some come in each tenth of it', () => {
    const tenths = new Set(
      Array.from({ length: 2000 }, () => Math.floor(new Backoff({ minMs: 10 }).nextMs())),
    );
    expect([...tenths].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('given any number of tries, then the wait is finite', () => {
    const backoff = new Backoff();
    for (let n = 0; n < 2000; n += 1) expect(backoff.nextMs()).toBeLessThanOrEqual(10_000);
  });

  it.each([{ minMs: 0 }, { minMs: 200, maxMs: 100 }, { maxMs: Infinity }, { minMs: NaN }])(
    'refuses %j',
    (bounds) => {
      expect(() => new Backoff(bounds)).toThrow(RangeError);
    },
  );
});
