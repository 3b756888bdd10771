import { RejectedError } from '@mesh/messaging';
import { describe, expect, it } from 'vitest';
import { failureOf, fingerprintOf } from './failure.js';

describe('fingerprintOf', () => {
  const of = (message: string) => fingerprintOf('CODE', message);

  it('is the same for messages that differ in ids, numbers and quoted names', () => {
    const one = of('Job 01a1fe4f-d874-7249-a7e0-722dc3da38ee of "ann" lacks 3 items');
    expect(of('Job 02b2aaaa-d874-7249-a7e0-722dc3da38ee of "bob" lacks 17 items')).toBe(one);
  });

  it('differs by code and by words', () => {
    expect(of('No shelf')).not.toBe(of('No gauge'));
    expect(of('No shelf')).not.toBe(fingerprintOf('OTHER', 'No shelf'));
  });
});

it('tells the failure inside of a limit, cuts its message and takes no NUL', () => {
  const cause = Object.assign(new Error('No\0'), { code: 'SHELF' });
  const error = new RejectedError('max-attempts', `No\0${'x'.repeat(3000)}`, { cause });
  const failure = failureOf(error, {
    reason: 'max-attempts',
    attempts: 3,
    firstFailedAt: new Date(0),
  });
  expect(failure).toMatchObject({ code: 'SHELF', fingerprint: fingerprintOf('SHELF', 'No\0') });
  expect(failure.message).toBe(`No␀${'x'.repeat(1997)}`);
});
