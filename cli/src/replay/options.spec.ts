import { describe, expect, it } from 'vitest';
import { readOptions } from './options.js';

const named = ['--service', 'depot', '--group', 'depot', '--stream', 'mesh.gauge.v1'];

describe('the options of replay', () => {
  it.each([
    [['--from-start'], 'start'],
    [['--from-offset', '3:1200'], '3:1200'],
    [['--from-time', '2026-11-21T15:00:00+01:00'], '2026-11-21T14:00:00.000Z'],
  ])('reads %j', (from, expected) => {
    expect(readOptions([...named, ...from, '--again'])).toMatchObject({
      service: 'depot',
      request: { group: 'depot', stream: 'mesh.gauge.v1', from: expected, again: true },
    });
  });

  it('reads that the audit is asked for', () => {
    expect(readOptions(['audit', '--service', 'depot'])).toMatchObject({ request: null });
  });

  it.each([
    [['--service', 'depot', '--from-start'], '--group: expected a group of the service'],
    [named, 'Expected one of --from-start, --from-time and --from-offset'],
    [
      [...named, '--from-start', '--from-offset', '1:1'],
      'Expected one of --from-start, --from-time and --from-offset',
    ],
    [
      [...named, '--from-time', '2026-11-21T15:00:00'],
      '--from-time: expected a time with its zone, such as 2026-11-21T14:00:00Z; got "2026-11-21T15:00:00"',
    ],
    [
      [...named, '--from-offset', '12'],
      '--from-offset: expected partition:offset, such as 3:1200; got "12"',
    ],
  ])('given %j, then says what is expected', (args, message) => {
    expect(() => readOptions(args)).toThrow(
      expect.objectContaining({
        message: `${message}. See npm run mesh -- replay --help`,
        exitCode: 2,
      }),
    );
  });
});
