import { describe, expect, it } from 'vitest';
import { RejectedError } from '../errors.js';
import { failureKindOf } from './failure-kind.js';

const error = (fields: object) => Object.assign(new Error('No'), fields);

describe('failureKindOf', () => {
  it.each([
    ['a rejection', new RejectedError('rejected', 'Never'), 'permanent'],
    ['retryable: false', error({ retryable: false }), 'permanent'],
    ['retryable: true', error({ retryable: true }), 'retryable'],
    ['waiting: true', error({ retryable: true, waiting: true }), 'waiting'],
    ['a value out of range', error({ severity: 'ERROR', code: '22003' }), 'permanent'],
    ['a broken constraint', error({ severity: 'ERROR', code: '23514' }), 'permanent'],
    ['more than an index takes', error({ severity: 'ERROR', code: '54000' }), 'permanent'],
    ['a missing column', error({ severity: 'ERROR', code: '42703' }), 'retryable'],
    ['a code that only looks like it', error({ code: '23514' }), 'retryable'],
    ['any other error', new TypeError('fetch failed'), 'retryable'],
    ['no error at all', 'no', 'retryable'],
  ])('%s', (_, thrown, kind) => {
    expect(failureKindOf(thrown)).toBe(kind);
  });
});
