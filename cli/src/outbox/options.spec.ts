import { describe, expect, it } from 'vitest';
import { readOptions } from './options.js';

describe('the options of outbox', () => {
  it.each([
    [['status'], { kind: 'status', service: undefined }],
    [['status', '--service', 'order'], { kind: 'status', service: 'order' }],
    [['audit', '--service', 'order'], { kind: 'audit', service: 'order' }],
    [
      ['reset', '--service', 'order', '--from', 'end'],
      { kind: 'reset', service: 'order', from: 'end' },
    ],
    [['parked', '--service', 'order'], { kind: 'parked', service: 'order' }],
    [
      ['redrive', '--service', 'order', '--stream', 's', '--key', 'k'],
      { kind: 'redrive', service: 'order', stream: 's', key: 'k' },
    ],
    [
      ['discard', '--service', 'order', '--position', '7'],
      { kind: 'discard', service: 'order', position: '7' },
    ],
  ])('reads %j', (args, request) => {
    expect(readOptions([...args, '--json'])).toMatchObject({ request, json: true, dryRun: false });
  });

  it.each([
    [['resets'], 'Expected status, reset, audit, parked, redrive, discard'],
    [['reset', '--from', 'start'], '--service: expected the name of a service'],
    [['reset', '--service', 'order'], '--from: expected start or end'],
    [['reset', '--service', 'order', '--from', 'middle'], '--from: expected start or end'],
    [['status', '--url', 'http://127.0.0.1:1'], '--service: expected the name of a service'],
    [['redrive', '--service', 'order'], '--stream: expected the name of a stream'],
    [['discard', '--service', 'order'], '--position: expected one that parked shows'],
    [['status', 'order'], '"order" is nothing here'],
    [['status', '--fast'], "Unknown option '--fast'"],
  ])('given %j, then says what is expected', (args, message) => {
    expect(() => readOptions(args)).toThrow(
      expect.objectContaining({
        message: `${message}. See npm run mesh -- outbox --help`,
        exitCode: 2,
      }),
    );
  });
});
