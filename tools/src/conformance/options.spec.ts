import { describe, expect, it } from 'vitest';
import { commandOf, optionsOf } from './options.js';

describe('optionsOf', () => {
  it('asks everything of every transport, with a seed by chance', () => {
    const options = optionsOf([], {});
    expect(options).toMatchObject({
      help: false,
      transports: ['embedded', 'kafka', 'amqp'],
      rules: [],
    });
    expect(options.seed).toBeGreaterThanOrEqual(0);
    expect(optionsOf([], { MESH_TEST_SEED: '12' }).seed).toBe(12);
  });

  it('takes a seed, transports and rules', () => {
    const args = ['--seed', '7', '--transport', 'amqp', '--transport=kafka', '--rule', '9'];
    expect(optionsOf(args, { MESH_TEST_SEED: '12' })).toEqual({
      ...{ help: false, seed: 7 },
      transports: ['kafka', 'amqp'],
      rules: [9],
    });
  });

  it.each(['--seed 7', '--transport kafka --transport amqp --rule 9 --rule 18 --seed 7'])(
    'given %s, then the same can be asked again',
    (args) => {
      expect(commandOf(optionsOf(args.split(' '), {}))).toBe(`npm run test:faults -- ${args}`);
    },
  );

  it.each([
    [['--seed', 'x'], '--seed is a whole number from 0 to 4294967295, not "x"'],
    [['--rule', '19'], '--rule is a whole number from 1 to 18, not "19"'],
    [['--transport', 'nats'], '--transport is embedded, kafka, amqp, not "nats"'],
  ])('refuses %j', (args, message) => {
    expect(() => optionsOf(args, {})).toThrow(new Error(message));
  });
});
