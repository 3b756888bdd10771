import { expect, it } from 'vitest';
import { levelsOf, MAX_DELAY_MS } from './delay-ladder.js';

const waitedMs = (delayMs: number) =>
  levelsOf(delayMs).reduce((sum, level) => sum + 250 * 2 ** level, 0);

it.each([
  [0, [0]],
  [1, [0]],
  [250, [0]],
  [251, [1]],
  [1000, [2]],
  [1750, [2, 1, 0]],
  [2250, [3, 0]],
  [30_000, [6, 5, 4, 3]],
  [31_000, [7]],
])('a delay of %d ms goes through the levels %j', (delayMs, levels) => {
  expect(levelsOf(delayMs)).toEqual(levels);
});

it('is never short, and at most a quarter of a second and then an eighth too long, over at most four queues', () => {
  for (let delayMs = 1; delayMs <= MAX_DELAY_MS; delayMs = Math.ceil(delayMs * 1.01)) {
    expect(waitedMs(delayMs)).toBeGreaterThanOrEqual(delayMs);
    expect(waitedMs(delayMs)).toBeLessThanOrEqual((delayMs + 250) * 1.125);
    expect(levelsOf(delayMs).length).toBeLessThanOrEqual(4);
  }
});
