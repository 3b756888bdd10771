import { expect, it } from 'vitest';
import { verdictOf } from './relay-verdict.js';

it.each([
  [[1, 2, 3], { lost: 0, doubled: 0, disordered: 0 }],
  [[1, 2, 1, 2, 3], { lost: 0, doubled: 2, disordered: 0 }],
  [[1, 3, 2], { lost: 0, doubled: 0, disordered: 1 }],
  [[1, 3], { lost: 1, doubled: 0, disordered: 0 }],
])('of three committed events published as %j the verdict is %j', (versions, verdict) => {
  expect(verdictOf(new Map([['a', versions]]), new Map([['a', 3]]))).toEqual(verdict);
});
