import { describe, expect, it } from 'vitest';
import { readOptions } from './options.js';

const known = { anySeed: () => 7, kinds: ['SIGKILL a service', 'restart kafka', 'pause'] };

describe('the options of check:chaos', () => {
  it('given none, then two minutes, embedded, with any seed', () => {
    const options = { minutes: 2, seed: 7, profile: 'embedded' };
    expect(readOptions([], known)).toEqual({ kind: 'run', options });
  });

  it('given all, in both ways of writing, then those', () => {
    const options = {
      minutes: 0.5,
      seed: 42,
      profile: 'brokers',
      kinds: ['SIGKILL a service', 'restart kafka'],
    };
    const args = [
      '--minutes',
      '0.5',
      '--seed=42',
      '--profile',
      'brokers',
      '--only',
      'SIGKILL,kafka',
    ];
    expect(readOptions(args, known)).toEqual({ kind: 'run', options });
  });

  it('given a defect, then that one', () => {
    const asked = readOptions(['--defect=check-then-act'], known);
    expect(asked).toMatchObject({ options: { defect: { name: 'check-then-act' } } });
  });

  it('given a defect to be left out, then the same run without it', () => {
    const asked = readOptions(['--sound', '--defect', 'check-then-act'], known);
    expect(asked).toMatchObject({ options: { defect: { name: 'check-then-act' }, sound: true } });
    expect(readOptions(['--sound'], known)).toEqual({
      kind: 'wrong',
      faults: ['--sound: expected --defect NAME beside it'],
    });
  });

  it('given a relay, then that one', () => {
    expect(readOptions(['--relay=logical'], known)).toMatchObject({
      options: { relay: 'logical' },
    });
    expect(readOptions(['--relay=wal'], known)).toEqual({
      kind: 'wrong',
      faults: ['--relay: expected polling or logical; received "wal"'],
    });
  });

  it('given several wrong ones, then names them all', () => {
    const args = [
      '--minutes',
      '0',
      '--seed',
      '-1',
      '--profile=cloud',
      '--defect=',
      '--fast',
      '--only=',
    ];
    expect(readOptions(args, known)).toEqual({
      kind: 'wrong',
      faults: [
        'There is no option --fast.',
        '--minutes: expected a number from 0.1 to 1440, a day; received "0"',
        '--seed: expected a whole number below 2^32; received "-1"',
        '--profile: expected embedded or brokers; received "cloud"',
        '--defect: expected ack-before-commit, append-after-commit, check-then-act; received ""',
        '--only: expected words of SIGKILL a service, restart kafka, pause; received ""',
      ],
    });
  });

  it('given --help among others, then help', () => {
    expect(readOptions(['--seed', '1', '--help'], known)).toEqual({ kind: 'help' });
  });
});
