import { expect, it } from 'vitest';
import { elapsed } from './words.js';

it.each([
  [0.04, '0 ms'],
  [0.44, '0.4 ms'],
  [9.96, '10 ms'],
  [340, '340 ms'],
  [1_260, '1.3 s'],
  [240_000, '4 min'],
  [10_800_000, '3 h'],
])('given %d ms, then it reads %s', (ms, words) => expect(elapsed(ms)).toBe(words));
