import { parseArgs } from 'node:util';
import { CliError } from '../cli-error.js';
import type { Query } from './client.js';

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const known = {
  ...{ service: text, group: text, stream: text, key: text, reason: text, type: text },
  ...{ fingerprint: text, 'older-than': text, 'younger-than': text, limit: text, batch: text },
  ...{
    out: text,
    force: flag,
    all: flag,
    json: flag,
    yes: flag,
    'dry-run': flag,
    help: { ...flag, short: 'h' },
  },
} as const;

/** A dead letter of a service: `probe/7`. */
export interface LetterName {
  readonly service: string;
  readonly id: string;
}

export interface Options {
  readonly letters: readonly LetterName[];
  readonly service: string | undefined;
  /** For the management port. */
  readonly filter: Query;
  readonly limit: number;
  readonly batch: number;
  readonly out: string | undefined;
  /** `out` may be replaced. */
  readonly force: boolean;
  readonly all: boolean;
  readonly json: boolean;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly help: boolean;
}

/** @throws CliError saying which option is wrong and what is expected */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parsed(args);
  const filter = {
    group: values.group,
    stream: values.stream,
    key: values.key,
    reason: reasonOf(values.reason),
    type: values.type,
    fingerprint: values.fingerprint,
    olderThanMs: durationOf('older-than', values['older-than']),
    youngerThanMs: durationOf('younger-than', values['younger-than']),
  };
  return {
    letters: positionals.map(letterName),
    service: values.service,
    filter: Object.fromEntries(
      Object.entries(filter).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value]],
      ),
    ) as Query,
    limit: numberOf('limit', values.limit, 100, 10_000),
    batch: numberOf('batch', values.batch, 20, 100),
    out: values.out,
    force: values.force ?? false,
    all: values.all ?? false,
    json: values.json ?? false,
    yes: values.yes ?? false,
    dryRun: values['dry-run'] ?? false,
    help: values.help ?? false,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: known, allowPositionals: true });
  } catch (error) {
    const [first] = (error as Error).message.split('. ', 1);
    throw new CliError(`${first}. See npm run mesh -- dead-letters --help`, 2, { cause: error });
  }
}

function letterName(positional: string): LetterName {
  const match = /^([a-z][a-z0-9-]*)\/(\d+)$/.exec(positional);
  if (match === null) {
    throw new CliError(
      `"${positional}" is no dead letter; it is named by service and number, as list shows it: probe/7`,
      2,
    );
  }
  return { service: match[1]!, id: match[2]! };
}

const reasons = ['max-attempts', 'rejected', 'expired', 'overflow', 'undecodable', 'gap'];

function reasonOf(value: string | undefined): string | undefined {
  if (value === undefined || reasons.includes(value)) return value;
  throw new CliError(`--reason: expected ${reasons.join(', ')}; got "${value}"`, 2);
}

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

function durationOf(option: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const match = /^(\d+)(ms|s|m|h|d)$/.exec(value);
  if (match === null) {
    throw new CliError(
      `--${option}: expected a duration such as 30s, 15m, 2h or 7d; got "${value}"`,
      2,
    );
  }
  return String(Number(match[1]) * units[match[2] as keyof typeof units]);
}

function numberOf(option: string, value: string | undefined, otherwise: number, most: number) {
  if (value === undefined) return otherwise;
  const number = Number(value);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw new CliError(`--${option}: expected a number from 1 to ${most}; got "${value}"`, 2);
}
