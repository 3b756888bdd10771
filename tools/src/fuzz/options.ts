import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { fuzzKindNames, type FuzzKind } from './kinds.js';

/** What is asked of `npm run test:fuzz`. */
export interface FuzzOptions {
  readonly help: boolean;
  readonly seed: number;
  /** Of all kinds together. */
  readonly cases: number;
  readonly kinds: readonly FuzzKind[];
}

const mostCases = 100_000_000;

/**
 * @default seed `MESH_TEST_SEED`, else one by chance; cases 100,000; kinds all
 * @throws Error naming the option and what it can be
 */
export function fuzzOptionsOf(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): FuzzOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      seed: { type: 'string', default: env['MESH_TEST_SEED'] ?? String(randomInt(2 ** 32)) },
      cases: { type: 'string', default: '100000' },
      only: { type: 'string', multiple: true, default: [] as string[] },
    },
  });
  return {
    help: values.help,
    seed: number('seed', values.seed, { from: 0, to: 2 ** 32 - 1 }),
    cases: number('cases', values.cases, { from: 1, to: mostCases }),
    kinds: kindsOf(values.only),
  };
}

/** The command that makes the same cases once more. */
export function fuzzCommandOf({ seed, cases, kinds }: Omit<FuzzOptions, 'help'>): string {
  const only = kinds.length === fuzzKindNames.length ? [] : kinds.map((kind) => `--only ${kind}`);
  return ['npm run test:fuzz --', `--cases ${cases}`, ...only, `--seed ${seed}`].join(' ');
}

function kindsOf(asked: readonly string[]): readonly FuzzKind[] {
  const unknown = asked.find((kind) => !fuzzKindNames.some((name) => name === kind));
  if (unknown !== undefined)
    throw new Error(`--only is ${fuzzKindNames.join(', ')}, not "${unknown}"`);
  return asked.length === 0 ? fuzzKindNames : fuzzKindNames.filter((kind) => asked.includes(kind));
}

function number(
  option: string,
  text: string,
  { from, to }: { readonly from: number; readonly to: number },
): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < from || value > to)
    throw new Error(`--${option} is a whole number from ${from} to ${to}, not "${text}"`);
  return value;
}
