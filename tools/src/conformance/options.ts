import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { allRules } from './matrix.js';

export const transports = ['embedded', 'kafka', 'amqp'] as const;
export type TransportName = (typeof transports)[number];

/** What is asked of `npm run test:faults`. */
export interface FaultOptions {
  readonly help: boolean;
  readonly seed: number;
  readonly transports: readonly TransportName[];
  /** Empty: all of them, and what the interfaces promise beside them. */
  readonly rules: readonly number[];
}

/**
 * @default seed `MESH_TEST_SEED`, else one by chance
 * @throws Error naming the option and what it can be
 */
export function optionsOf(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): FaultOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      seed: { type: 'string', default: env['MESH_TEST_SEED'] ?? String(randomInt(2 ** 32)) },
      transport: { type: 'string', multiple: true, default: [...transports] },
      rule: { type: 'string', multiple: true, default: [] },
    },
  });
  return {
    help: values.help,
    seed: number('seed', values.seed, { from: 0, to: 2 ** 32 - 1 }),
    transports: transports.filter((name) => values.transport.map(known).includes(name)),
    rules: values.rule.map((rule) => number('rule', rule, { from: 1, to: allRules.length })),
  };
}

/** The command that asks for the same once more. */
export function commandOf({ seed, transports: asked, rules }: Omit<FaultOptions, 'help'>): string {
  return [
    'npm run test:faults --',
    ...(asked.length === transports.length ? [] : asked.map((name) => `--transport ${name}`)),
    ...rules.map((rule) => `--rule ${rule}`),
    `--seed ${seed}`,
  ].join(' ');
}

function known(name: string): TransportName {
  const found = transports.find((transport) => transport === name);
  if (found === undefined)
    throw new Error(`--transport is ${transports.join(', ')}, not "${name}"`);
  return found;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

function number(option: string, text: string, { from, to }: Range): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < from || value > to)
    throw new Error(`--${option} is a whole number from ${from} to ${to}, not "${text}"`);
  return value;
}
