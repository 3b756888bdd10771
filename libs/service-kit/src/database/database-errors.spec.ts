import { describe, expect, test } from 'vitest';
import { translateDatabaseError } from './database-errors.js';

const coded = (code: string) => Object.assign(new Error('from pg'), { code });

describe('translateDatabaseError', () => {
  test.each([
    '57P01',
    '57P02',
    '57P03',
    '08006',
    '53300',
    '40001',
    '40P01',
    '55P03',
    '57014',
    'ECONNRESET',
    'ECONNREFUSED',
    'EPIPE',
  ])('given %s, when translated, then is UNAVAILABLE and may be tried again', (code) => {
    const error = coded(code);
    expect(translateDatabaseError(error)).toMatchObject({
      code: 'UNAVAILABLE',
      message: 'The database is not available right now',
      retryable: true,
      retryAfterMs: 1000,
      cause: error,
    });
  });

  test.each([
    ['28P01', /refuses the password/],
    ['28000', /refuses the user/],
    ['CERT_HAS_EXPIRED', /No TLS with PostgreSQL: .* expired/],
  ])(
    'given %s, when translated, then waits, and says what to do to operators alone',
    (code, reason) => {
      expect(translateDatabaseError(coded(code))).toMatchObject({
        code: 'UNAVAILABLE',
        message: 'The database is not available right now',
        waiting: true,
        reason: expect.stringMatching(reason),
      });
    },
  );

  test.each([
    'Connection terminated unexpectedly',
    'timeout exceeded when trying to connect',
    'Client has encountered a connection error and is not queryable',
  ])('given "%s" without a code, when translated, then is UNAVAILABLE', (message) => {
    expect(translateDatabaseError(new Error(message))).toMatchObject({ code: 'UNAVAILABLE' });
  });

  test('given a prepared statement that a migration made stale, when translated, then is UNAVAILABLE', () => {
    const error = Object.assign(coded('0A000'), { routine: 'RevalidateCachedQuery' });
    expect(translateDatabaseError(error)).toMatchObject({ code: 'UNAVAILABLE' });
  });

  test('given failures of all addresses of a host, when translated, then is UNAVAILABLE', () => {
    const error = new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')]);
    expect(translateDatabaseError(error)).toMatchObject({ code: 'UNAVAILABLE' });
  });

  test.each([
    coded('23505'),
    coded('42P01'),
    coded('3D000'),
    coded('0A000'),
    new Error('other'),
    'text',
  ])('given an error of the statement, when translated, then stays what it is', (error) => {
    expect(translateDatabaseError(error)).toBe(error);
  });
});
