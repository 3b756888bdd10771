import { parseArgs } from 'node:util';
import { CliError } from '../cli-error.js';

const flag = { type: 'boolean' } as const;
const known = {
  brokers: { type: 'string' },
  ...{ json: flag, yes: flag, help: { ...flag, short: 'h' } },
} as const;

export type BrokerName = 'kafka' | 'amqp';

export interface Options {
  readonly action: 'diff' | 'apply';
  /** Undefined: each whose address is set. */
  readonly broker: BrokerName | undefined;
  readonly json: boolean;
  readonly yes: boolean;
}

/** Null when help is asked for. @throws CliError saying which option is wrong and what is expected */
export function readOptions(args: readonly string[]): Options | null {
  const { values, positionals } = parsed(args);
  if (values.help === true || args.length === 0) return null;
  const [action, ...more] = positionals;
  if ((action !== 'diff' && action !== 'apply') || more.length > 0) {
    throw wrong(`Expected diff or apply; got "${positionals.join(' ')}"`);
  }
  const { brokers: broker } = values;
  if (broker !== undefined && broker !== 'kafka' && broker !== 'amqp') {
    throw wrong(`--brokers: expected kafka or amqp; got "${broker}"`);
  }
  return { action, broker, json: values.json ?? false, yes: values.yes ?? false };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: known, allowPositionals: true });
  } catch (error) {
    throw wrong((error as Error).message.split('. ', 1)[0]!, error);
  }
}

function wrong(message: string, cause?: unknown): CliError {
  return new CliError(`${message}. See npm run mesh -- topology --help`, 2, { cause });
}
