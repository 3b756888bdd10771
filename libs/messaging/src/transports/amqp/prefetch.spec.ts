import { expect, it } from 'vitest';
import { prefetchOf } from './prefetch.js';

const MIB = 1024 * 1024;

it.each([
  ['nothing is asked for', undefined, 128],
  ['events are small', { largestBytes: 64 * 1024 }, 256],
  ['the window is smaller than one', { bytes: MIB, largestBytes: 2 * MIB }, 1],
  ['the count is lower', { count: 7 }, 7],
  ['more bytes are allowed', { bytes: 100 * MIB, count: 1000 }, 100],
])('given %s, then %j allows %d deliveries', (_, window, prefetch) => {
  expect(prefetchOf(window)).toBe(prefetch);
});
