import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { allRules, kinds, type Kind } from './subjects.js';

/** Members of a kind that are asked for, and the rules that concern them. */
export type Asked = Kind;

/** What is asked of `npm run test:faults`. */
export interface FaultOptions {
  readonly help: boolean;
  readonly seed: number;
  /** A matrix each. */
  readonly asked: readonly Asked[];
  /** Empty: all of them, and what the interfaces promise beside them. */
  readonly rules: readonly number[];
}

const names = kinds.map(({ name }) => name);

/**
 * @default seed `MESH_TEST_SEED`, else one by chance
 * @throws Error naming the option and what it can be
 */
export function optionsOf(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): FaultOptions {
  const several = { type: 'string', multiple: true, default: [] as string[] } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      seed: { type: 'string', default: env['MESH_TEST_SEED'] ?? String(randomInt(2 ** 32)) },
      ...{ transport: several, relay: several, consumer: several, live: several, rule: several },
    },
  });
  const highest = Math.max(...allRules);
  const rules = values.rule.map((rule) => number('rule', rule, { from: 1, to: highest }));
  const nobodys = rules.find((rule) => !allRules.includes(rule));
  if (nobodys !== undefined) throw new Error(`--rule ${nobodys} is checked by npm test alone`);
  const all = names.every((name) => values[name].length === 0);
  const asked = kinds
    .map((kind) => ({
      ...kind,
      members: all ? kind.members : membersOf(kind, values[kind.name]),
      rules: rules.length === 0 ? kind.rules : kind.rules.filter((rule) => rules.includes(rule)),
    }))
    .filter((kind) => kind.members.length > 0 && kind.rules.length > 0);
  return {
    help: values.help,
    seed: number('seed', values.seed, { from: 0, to: 2 ** 32 - 1 }),
    ...{ asked, rules },
  };
}

/** The command that asks for the same once more. */
export function commandOf({ seed, asked, rules }: Omit<FaultOptions, 'help'>): string {
  const whole = kinds.every(({ name, members, rules: of }) => {
    const found = asked.find((one) => one.name === name);
    return found === undefined
      ? rules.length > 0 && !of.some((rule) => rules.includes(rule))
      : found.members.length === members.length;
  });
  const members = asked.flatMap(({ name, members }) => members.map((one) => `--${name} ${one}`));
  return [
    'npm run test:faults --',
    ...(whole ? [] : members),
    ...rules.map((rule) => `--rule ${rule}`),
    `--seed ${seed}`,
  ].join(' ');
}

function membersOf({ name, members }: Kind, asked: readonly string[]): readonly string[] {
  const unknown = asked.find((member) => !members.includes(member));
  if (unknown !== undefined)
    throw new Error(`--${name} is ${members.join(', ')}, not "${unknown}"`);
  return members.filter((member) => asked.includes(member));
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
