import { describe, expect, it } from 'vitest';
import { readOptions } from './options.js';

describe('the options of outbox', () => {
  it.each([
    [['status'], { kind: 'status', service: undefined }],
    [['status', '--service', 'depot'], { kind: 'status', service: 'depot' }],
    [['audit', '--service', 'depot'], { kind: 'audit', service: 'depot' }],
    [
      ['reset', '--service', 'depot', '--from', 'end'],
      { kind: 'reset', service: 'depot', from: 'end' },
    ],
    [['parked', '--service', 'depot'], { kind: 'parked', service: 'depot' }],
    [
      ['redrive', '--service', 'depot', '--stream', 's', '--key', 'k'],
      { kind: 'redrive', service: 'depot', stream: 's', key: 'k' },
    ],
    [
      ['discard', '--service', 'depot', '--position', '7'],
      { kind: 'discard', service: 'depot', position: '7' },
    ],
  ])('reads %j', (args, request) => {
    expect(readOptions([...args, '--json'])).toMatchObject({ request, json: true, dryRun: false });
  });

  it.each([
    [['resets'], 'Expected status, reset, audit, parked, redrive, discard'],
    [['reset', '--from', 'start'], '--service: expected the name of a service'],
    [['reset', '--service', 'depot'], '--from: expected start or end'],
    [['reset', '--service', 'depot', '--from', 'middle'], '--from: expected start or end'],
    [['status', '--url', 'http://127.0.0.1:1'], '--service: expected the name of a service'],
    [['redrive', '--service', 'depot'], '--stream: expected the name of a stream'],
    [['discard', '--service', 'depot'], '--position: expected one that parked shows'],
    [['status', 'depot'], '"depot" is nothing here'],
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
