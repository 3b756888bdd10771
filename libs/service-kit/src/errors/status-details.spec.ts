import { describe, expect, test } from 'vitest';
import { decodeStatusDetails, encodeStatusDetails } from './status-details.js';

describe('status details', () => {
  test.each([
    { status: 13, message: '' },
    { status: 5, message: 'No job o-1', reason: 'NOT_FOUND', traceId: 'a'.repeat(32) },
    { status: 14, message: 'später', reason: 'UNAVAILABLE', retryAfterMs: 1500 },
    { status: 14, message: 'now', retryAfterMs: 0 },
    {
      status: 3,
      message: 'Not of the schema',
      reason: 'VALIDATION_FAILED',
      errors: [
        { path: '/lines/0/quantity', message: 'must be at least 1' },
        { path: '', message: '' },
      ],
    },
  ])('given %j, when encoded and decoded, then is the same', (details) => {
    expect(decodeStatusDetails(encodeStatusDetails(details))).toEqual(details);
  });

  test('given an ErrorInfo of another domain, when decoded, then its reason is not ours', () => {
    const bytes = encodeStatusDetails({ status: 7, message: 'm', reason: 'FORBIDDEN' });
    const other = Buffer.from(bytes);
    other[other.lastIndexOf('mesh')] = 'x'.charCodeAt(0);
    expect(decodeStatusDetails(other)).toEqual({ status: 7, message: 'm' });
  });

  test('given bytes that are cut off, when decoded, then throws', () => {
    const bytes = encodeStatusDetails({ status: 7, message: 'a long message' });
    expect(() => decodeStatusDetails(bytes.subarray(0, 8))).toThrow();
  });
});
