import { describe, expect, it } from 'vitest';
import { demoOptionsOf } from './options.js';

describe('options of npm run demo', () => {
  it('given none, then two a second until it is ended', () => {
    expect(demoOptionsOf([])).toEqual({ help: false, rate: 2, customer: 'demo' });
  });

  it('given all, then takes them', () => {
    const options = demoOptionsOf(['--rate', '0.5', '--minutes=3', '--customer', 'guest-1']);
    expect(options).toEqual({ help: false, rate: 0.5, minutes: 3, customer: 'guest-1' });
  });

  it.each([
    [['--rate', '0'], '--rate is a number from 0.1 to 50, not "0"'],
    [['--minutes', 'ten'], '--minutes is a number from 0.01 to 1440, not "ten"'],
    [['--fast'], "Unknown option '--fast'"],
  ])('given %j, then says what can be', (args, message) => {
    expect(() => demoOptionsOf(args)).toThrow(message);
  });
});
