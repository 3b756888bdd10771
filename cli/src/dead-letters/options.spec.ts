import { describe, expect, it } from 'vitest';
import { readOptions } from './options.js';

describe('the options of dead-letters', () => {
  it('reads names, filters and durations', () => {
    expect(
      readOptions(['probe/7', '--reason', 'rejected', '--older-than=2h', '--dry-run']),
    ).toMatchObject({
      letters: [{ service: 'probe', id: '7' }],
      filter: { reason: 'rejected', olderThanMs: '7200000' },
      ...{ dryRun: true, yes: false, batch: 20, limit: 100 },
    });
  });

  it.each([
    [['7'], '"7" is no dead letter; it is named by service and number, as list shows it: probe/7'],
    [
      ['--older-than', 'soon'],
      '--older-than: expected a duration such as 30s, 15m, 2h or 7d; got "soon"',
    ],
    [['--batch', '500'], '--batch: expected a number from 1 to 100; got "500"'],
    [['--colour'], "Unknown option '--colour'. See npm run mesh -- dead-letters --help"],
  ])('given %j, then says what is expected', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});
