import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bytes, duration } from './quantities.js';
import { ConfigError, loadConfig } from './load-config.js';

const schema = z.object({
  KEEP: duration('8d', { min: '1h', max: '45d' }),
  SIZE: bytes('32MiB'),
});

describe('quantities', () => {
  it('are read with their units', () => {
    expect(loadConfig(schema, {})).toEqual({ KEEP: 691_200_000, SIZE: 33_554_432 });
    expect(loadConfig(schema, { KEEP: '90m', SIZE: '2GiB' })).toEqual({
      ...{ KEEP: 5_400_000, SIZE: 2_147_483_648 },
    });
  });

  it.each(['', '5', '5 d', '1.5h', '-1h', '3weeks', '5toString', '59m', '46d'])(
    'given %j for a time of 1h to 45d, then says what is expected',
    (KEEP) => {
      if (KEEP === '') return expect(loadConfig(schema, { KEEP }).KEEP).toBe(691_200_000);
      return expect(() => loadConfig(schema, { KEEP })).toThrow(
        new ConfigError('this service', [
          {
            variable: 'KEEP',
            expected: 'a whole number with its unit, ms, s, m, h or d: at least 1h and at most 45d',
            received: JSON.stringify(KEEP),
          },
        ]),
      );
    },
  );
});
