import { expect, it } from 'vitest';
import { logFailedAttempts } from './log.js';
import { deliveryOf, eventOf } from './testing/handlings.js';

it.each([
  { attempt: 5, told: false, level: 'warn' },
  { attempt: 5, told: true, level: 'debug' },
  { attempt: 4, told: false, level: 'debug' },
])('given attempt $attempt, told elsewhere: $told, then it is a $level line', (failed) => {
  const levels: string[] = [];
  const { attempt, told, level } = failed;
  const delivery = deliveryOf(eventOf(), { attempt });
  logFailedAttempts((said) => levels.push(said))({
    ...{ delivery, told, error: new Error('Not now') },
    ...{ reason: null, retryInMs: 100 },
  });
  expect(levels).toEqual([level]);
});
