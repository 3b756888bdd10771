import type { Pool } from 'pg';
import { describe, expect, it } from 'vitest';
import { waitingIn } from './pool-metrics.js';

describe('waitingIn', () => {
  const options = { max: 10 } as Pool['options'];

  it.each([
    ['is about to get idle connections', 3, 5, 5, 0],
    ['is about to get new connections', 3, 0, 5, 0],
    ['finds all in use', 3, 0, 10, 3],
    ['finds one idle and all others in use', 3, 1, 10, 2],
  ])('given work that %s', (_, waitingCount, idleCount, totalCount, waiting) => {
    expect(waitingIn({ waitingCount, idleCount, totalCount, options })).toBe(waiting);
  });
});
