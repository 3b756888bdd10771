import { describe, expect, it } from 'vitest';
import { fullJitterMs } from './backoff.js';

const highest = (attempt: number) => fullJitterMs({ minMs: 50, maxMs: 10_000 }, attempt, () => 1);

describe('fullJitterMs', () => {
  it('doubles its ceiling with each attempt, up to maxMs', () => {
    expect([1, 2, 3, 8, 9, 1000].map(highest)).toEqual([50, 100, 200, 6400, 10_000, 10_000]);
  });

  it('takes any pause from 0 up to the ceiling', () => {
    expect(fullJitterMs({ minMs: 50, maxMs: 10_000 }, 5, () => 0)).toBe(0);
    expect(fullJitterMs({ minMs: 50, maxMs: 10_000 }, 5, () => 0.5)).toBe(400);
  });
});
