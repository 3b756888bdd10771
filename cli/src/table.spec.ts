import { expect, it } from 'vitest';
import { age, table } from './table.js';

it('aligns columns, keeps a cell on one line and cuts at the width', () => {
  expect(table(['ID', 'ERROR'], [['7', 'one\n  two three']], 13)).toEqual([
    'ID  ERROR',
    '7   one two t',
  ]);
});

it.each([
  [999, '0s'],
  [90_000, '1m'],
  [7_200_000, '2h'],
  [172_800_000, '2d'],
])('%i ms are %s', (ms, text) => {
  expect(age(ms)).toBe(text);
});

it('given text that a terminal would obey, then shows it harmless', () => {
  expect(table(['KEY'], [['a\u001b[2Jb\u0007']])).toEqual(['KEY', 'a·[2Jb·']);
});
