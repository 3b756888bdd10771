import { expect, it } from 'vitest';
import { hindrances, waitsFor } from './watch-readiness.js';

it.each([
  [
    '{"status":"waiting","waitingFor":[{"name":"database","reason":"refused"},{"name":"relay","reason":"late"}]}',
    'waits for database (refused), relay (late)',
  ],
  ['{"status":"stopping","waitingFor":[]}', 'stopping'],
  ['no answer: fetch failed', 'no answer: fetch failed'],
])('given the readiness %s, then says: %s', (detail, words) => {
  expect(waitsFor(detail)).toBe(words);
});

it.each([
  [
    '{"status":"waiting","waitingFor":[{"name":"order","reason":"starting"},{"name":"relay","reason":"foreign"}]}',
    'relay',
  ],
  ['{"status":"waiting","waitingFor":[{"name":"relay","reason":"starting"}]}', ''],
  ['{"status":"ready","waitingFor":[]}', ''],
  ['no answer: fetch failed', ''],
])('given the readiness %s, then it is kept from starting by "%s"', (detail, names) => {
  expect(hindrances(detail)).toBe(names);
});
