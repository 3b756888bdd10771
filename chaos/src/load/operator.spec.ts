import { expect, it } from 'vitest';
import { numberOf } from './operator.js';

it('given any two rounds, then the numbers that are set differ', () => {
  const numbers = Array.from({ length: 1_000 }, (_, round) => numberOf(round));
  expect(new Set(numbers).size).toBe(numbers.length);
});
