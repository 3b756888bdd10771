import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { kindOf } from './broker-errors.js';
import { refusalOf } from './publish-failure.js';

const require = createRequire(import.meta.url);
const { errorCodes } = require('kafkajs/src/protocol/error') as {
  errorCodes: { type: string; retriable: boolean }[];
};
const wrapped = (type: string) =>
  new Error('kafkajs gave up', { cause: Object.assign(new Error('As the broker says'), { type }) });

describe('what an error of the broker means', () => {
  it('given what kafkajs takes for passing, then so does the table', () => {
    const permanent = errorCodes
      .filter(({ retriable }) => retriable)
      .map(({ type }) => [type, kindOf(wrapped(type))])
      .filter(([, kind]) => kind !== 'passing' && kind !== 'unavailable');
    expect(permanent).toEqual([]);
  });

  it.each([
    ['GROUP_COORDINATOR_NOT_AVAILABLE', 'passing'],
    ['NOT_ENOUGH_REPLICAS', 'unavailable'],
    ['UNKNOWN_TOPIC_OR_PARTITION', 'unavailable'],
    ['MESSAGE_TOO_LARGE', 'message'],
    ['TOPIC_AUTHORIZATION_FAILED', 'denied'],
    ['GROUP_AUTHORIZATION_FAILED', 'denied'],
    ['FENCED_INSTANCE_ID', 'settings'],
    ['NEVER_HEARD_OF', 'unavailable'],
  ])('given %s, then it is %s', (type, kind) => {
    expect(kindOf(wrapped(type))).toBe(kind);
  });

  it('given failures of several topics told together, then the first one counts', () => {
    const one = Object.assign(new Error('Denied'), { type: 'TOPIC_AUTHORIZATION_FAILED' });
    const together = Object.assign(new Error('Topic creation errors'), { errors: [one] });
    expect(kindOf(new Error('kafkajs gave up', { cause: together }))).toBe('denied');
  });

  it.each([
    ['NOT_ENOUGH_REPLICAS', 'PUBLISH_FAILED', true],
    ['MESSAGE_TOO_LARGE', 'MESSAGE_TOO_LARGE', false],
    ['INVALID_RECORD', 'PUBLISH_FAILED', false],
    ['TOPIC_AUTHORIZATION_FAILED', 'ACCESS_DENIED', true],
    ['POLICY_VIOLATION', 'PUBLISH_FAILED', true],
  ])(
    'given a publish fails with %s, then it is refused as %s, retryable %s',
    (type, code, retryable) => {
      expect(refusalOf(wrapped(type))).toMatchObject({
        ...{ code, retryable },
        message: 'Kafka did not confirm: kafkajs gave up',
      });
    },
  );
});
