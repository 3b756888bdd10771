import { expect, it } from 'vitest';
import { outcomeWords, type Outcome } from './dead-letters.js';

const outcome = (given: Partial<Outcome>): Outcome => ({
  ...{ tried: 0, done: 0, failed: 0, notTried: 0, results: [] },
  ...given,
});

it.each<[string, Partial<Outcome>]>([
  ['2 redriven.', { tried: 2, done: 2 }],
  ['1 redriven, 1 had gone already.', { tried: 2, done: 1 }],
  ['0 redriven.', {}],
  [
    '1 redriven, 1 failed, 3 not tried. Letter 7 failed again: no stock. It stays.',
    {
      ...{ tried: 2, done: 1, failed: 1, notTried: 3 },
      results: [
        { id: '6', result: 'done' },
        { id: '7', result: 'failed', detail: 'no stock' },
      ],
    },
  ],
])('says "%s"', (words, given) => {
  expect(outcomeWords('redrive', outcome(given))).toBe(words);
});
