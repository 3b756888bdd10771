import { describe, expect, it } from 'vitest';
import { stages } from './all-checks.js';
import { readArguments } from './arguments.js';

const read = (...args: string[]) => readArguments(args, stages);

describe('the arguments of npm test', () => {
  it('given a stage and filters, then takes them', () => {
    expect(read('unit', 'tools', 'libs/outbox')).toEqual({
      stage: 'unit',
      filters: ['tools', 'libs/outbox'],
      help: false,
      wrong: undefined,
    });
  });

  it.each([
    [['unit', '--wrong'], 'There is no option --wrong.'],
    [['--wrong'], 'There is no option --wrong.'],
    [['nosuch'], 'There is no stage "nosuch".'],
    [['buf', 'order'], 'buf takes no filter: it is one whole.'],
  ])('given %j, then says: %s', (args, wrong) => {
    expect(read(...args).wrong).toBe(wrong);
  });

  it('given --help anywhere, then that is all that is asked', () => {
    expect(read('unit', '--help')).toMatchObject({ help: true, wrong: undefined });
  });
});
