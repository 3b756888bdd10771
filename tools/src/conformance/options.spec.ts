import { describe, expect, it } from 'vitest';
import { commandOf, optionsOf, type FaultOptions } from './options.js';

const namesOf = ({ asked }: FaultOptions) => asked.flatMap(({ members }) => members);

describe('optionsOf', () => {
  it('asks everything of everybody, with a seed by chance', () => {
    const options = optionsOf([], {});
    expect(options).toMatchObject({ help: false, rules: [] });
    expect(namesOf(options)).toEqual([
      ...['embedded', 'kafka', 'amqp'],
      ...['polling', 'logical'],
      ...['single', 'batch', 'single-by-key', 'batch-by-key'],
      'gateway',
    ]);
    expect(options.seed).toBeGreaterThanOrEqual(0);
    expect(optionsOf([], { MESH_TEST_SEED: '12' }).seed).toBe(12);
  });

  it('takes a seed, transports and rules', () => {
    const args = ['--seed', '7', '--transport', 'amqp', '--transport=kafka', '--rule', '9'];
    const options = optionsOf(args, { MESH_TEST_SEED: '12' });
    expect(options).toMatchObject({ help: false, seed: 7, rules: [9] });
    expect(options.asked).toMatchObject([
      { name: 'transport', members: ['kafka', 'amqp'], rules: [9] },
    ]);
  });

  it('asks a rule of those alone that it concerns', () => {
    expect(namesOf(optionsOf(['--rule', '20'], {}))).toEqual(['polling', 'logical']);
  });

  it.each([
    '--seed 7',
    '--rule 20 --seed 7',
    '--relay polling --seed 7',
    '--rule 35 --rule 36 --seed 7',
    '--transport kafka --transport amqp --rule 9 --rule 18 --seed 7',
  ])('given %s, then the same can be asked again', (args) => {
    expect(commandOf(optionsOf(args.split(' '), {}))).toBe(`npm run test:faults -- ${args}`);
  });

  it.each([
    [['--seed', 'x'], '--seed is a whole number from 0 to 4294967295, not "x"'],
    [['--rule', '37'], '--rule is a whole number from 1 to 36, not "37"'],
    [['--rule', '33'], '--rule 33 is checked by npm test alone'],
    [['--transport', 'nats'], '--transport is embedded, kafka, amqp, not "nats"'],
    [['--relay', 'kafka'], '--relay is polling, logical, not "kafka"'],
  ])('refuses %j', (args, message) => {
    expect(() => optionsOf(args, {})).toThrow(new Error(message));
  });
});
