import { expect, it } from 'vitest';
import { quantityOf } from './basket.js';

it.each([
  ['', 0],
  ['7', 7],
  [' 9999 ', 9_999],
])('given %j typed, then it asks for %d', (typed, asked) => expect(quantityOf(typed)).toBe(asked));

it.each(['1.5', '-3', '1e3', '0x1', '10000', 'many'])(
  'given %j typed, then it is no quantity',
  (typed) => expect(quantityOf(typed)).toBeUndefined(),
);
