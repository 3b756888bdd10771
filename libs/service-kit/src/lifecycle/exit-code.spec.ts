import type { MessagingErrorCode } from '@mesh/messaging';
import { expect, test } from 'vitest';
import { HandlerError } from '../messaging/subscription-plan.js';
import { exitCodeOf } from './exit-code.js';

const coded = (code: MessagingErrorCode) => Object.assign(new Error(code), { code });

test.each([
  new HandlerError('Two handle it'),
  coded('TOPOLOGY_MISMATCH'),
  coded('UNSUPPORTED_FEATURE'),
])('given $code, then the exit code says that starting again is of no use', (error) => {
  expect(exitCodeOf(error)).toBe(78);
});

test('given any other error, then another start may go better', () => {
  const away = coded('TRANSPORT_UNAVAILABLE');
  const busy = Object.assign(new Error('Taken'), { code: 'EADDRINUSE' });
  expect([away, busy, new Error('?'), null].map(exitCodeOf)).toEqual([1, 1, 1, 1]);
});
