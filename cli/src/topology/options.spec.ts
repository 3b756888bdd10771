import { describe, expect, it } from 'vitest';
import { readOptions } from './options.js';

describe('the options of topology', () => {
  it('reads what to do and where', () => {
    expect(readOptions(['apply', '--yes', '--brokers=kafka'])).toEqual({
      ...{ action: 'apply', broker: 'kafka' },
      ...{ yes: true, json: false },
    });
    expect(readOptions(['diff', '-h'])).toBeNull();
  });

  it.each([
    [['look'], 'Expected diff or apply; got "look"'],
    [['diff', 'now'], 'Expected diff or apply; got "diff now"'],
    [['diff', '--brokers', 'nats'], '--brokers: expected kafka or amqp; got "nats"'],
    [['diff', '--force'], "Unknown option '--force'"],
  ])('given %j, then says what is expected', (args, message) => {
    expect(() => readOptions(args)).toThrow(
      expect.objectContaining({
        message: `${message}. See npm run mesh -- topology --help`,
        exitCode: 2,
      }),
    );
  });
});
