import { expect, it } from 'vitest';
import { waitsFor } from './watch-readiness.js';

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
