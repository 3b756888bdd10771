import { expect, it } from 'vitest';
import { sequenceOf } from './sequence.js';

it.each([
  ['0000000000000000042', 42n],
  ['7', 7n],
  ['9223372036854775807', 9223372036854775807n],
  ['9223372036854775808', undefined],
  ['-1', undefined],
  ['1.5', undefined],
  ['', undefined],
  ['00000000000000000042', undefined],
  [42, undefined],
  [true, undefined],
])('given the sequence %j, then the number is %s', (sequence, number) => {
  expect(sequenceOf({ extensions: { sequence } })).toBe(number);
});

it('given no sequence, then there is no number', () => {
  expect(sequenceOf({ extensions: {} })).toBeUndefined();
});
