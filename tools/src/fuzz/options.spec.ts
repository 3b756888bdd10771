import { describe, expect, it } from 'vitest';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../root.js';
import { fuzzKindNames, fuzzKinds } from './kinds.js';
import { fuzzCommandOf, fuzzOptionsOf } from './options.js';

describe('fuzzOptionsOf', () => {
  it('asks 100,000 cases of every kind, with a seed by chance', () => {
    const options = fuzzOptionsOf([], {});
    expect(options).toMatchObject({ help: false, cases: 100_000, kinds: fuzzKindNames });
    expect(options.seed).toBeGreaterThanOrEqual(0);
    expect(fuzzOptionsOf([], { MESH_TEST_SEED: '12' }).seed).toBe(12);
  });

  it.each(['--cases 50 --seed 7', `--cases 1 --only ${fuzzKindNames[0]} --seed 7`])(
    'given %s, then the same can be asked again',
    (args) => {
      expect(fuzzCommandOf(fuzzOptionsOf(args.split(' '), {}))).toBe(
        `npm run test:fuzz -- ${args}`,
      );
    },
  );

  it.each([
    [['--seed', 'x'], '--seed is a whole number from 0 to 4294967295, not "x"'],
    [['--cases', '0'], '--cases is a whole number from 1 to 100000000, not "0"'],
    [['--only', 'smtp'], `--only is ${fuzzKindNames.join(', ')}, not "smtp"`],
  ])('refuses %j', (args, message) => {
    expect(() => fuzzOptionsOf(args, {})).toThrow(new Error(message));
  });
});

it.each(Object.entries(fuzzKinds))('fuzzes %s by specs that are there', (_kind, files) => {
  for (const file of files) expect(existsSync(join(root, file))).toBe(true);
});
