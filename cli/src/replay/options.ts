import { parseArgs } from 'node:util';
import { CliError } from '../cli-error.js';

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const known = {
  ...{ service: text, url: text, group: text, stream: text },
  ...{ 'from-start': flag, 'from-time': text, 'from-offset': text },
  ...{ again: flag, 'dry-run': flag, yes: flag, json: flag, help: { ...flag, short: 'h' } },
} as const;

/** Which group goes back, and to where, as the management port takes it. */
export interface ReplayRequest {
  readonly group: string;
  readonly stream: string;
  readonly from: string;
  readonly again: boolean;
}

export interface Options {
  readonly service: string;
  /** Of the management port; undefined: that of the mesh that runs here. */
  readonly url: string | undefined;
  /** Null for the audit. */
  readonly request: ReplayRequest | null;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

/** Null when help is asked for. @throws CliError saying which option is wrong and what is expected */
export function readOptions(args: readonly string[]): Options | null {
  const { values, positionals } = parsed(args);
  if (values.help === true || args.length === 0) return null;
  const audit = positionals[0] === 'audit' && positionals.length === 1;
  if (positionals.length > 0 && !audit) throw wrong(`"${positionals[0]}" is nothing here`);
  const { service, group, stream, url } = values;
  if (service === undefined) throw wrong('--service: expected the name of a service');
  const common = {
    ...{ service, url, dryRun: values['dry-run'] ?? false },
    ...{ yes: values.yes ?? false, json: values.json ?? false },
  };
  if (audit) return { ...common, request: null };
  if (group === undefined) throw wrong('--group: expected a group of the service');
  if (stream === undefined) throw wrong('--stream: expected a stream such as mesh.probe.v1');
  const request = { group, stream, from: originOf(values), again: values.again ?? false };
  return { ...common, request };
}

function originOf(values: ReturnType<typeof parsed>['values']): string {
  const time = values['from-time'];
  const offset = values['from-offset'];
  const given = [values['from-start'] === true ? 'start' : undefined, time, offset].filter(
    (one) => one !== undefined,
  );
  if (given.length !== 1)
    throw wrong('Expected one of --from-start, --from-time and --from-offset');
  if (time !== undefined) return timeOf(time);
  if (offset !== undefined && !/^\d{1,9}:\d{1,18}$/.test(offset))
    throw wrong(`--from-offset: expected partition:offset, such as 3:1200; got "${offset}"`);
  return given[0]!;
}

/** A time without a zone would mean another moment to whoever repeats the command elsewhere. */
function timeOf(text: string): string {
  const time = new Date(text);
  if (!/[zZ]$|[+-]\d\d:\d\d$/.test(text) || Number.isNaN(time.getTime())) {
    throw wrong(
      `--from-time: expected a time with its zone, such as 2026-11-21T14:00:00Z; got "${text}"`,
    );
  }
  return time.toISOString();
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: known, allowPositionals: true });
  } catch (error) {
    throw wrong((error as Error).message.split('. ', 1)[0]!, error);
  }
}

function wrong(message: string, cause?: unknown): CliError {
  return new CliError(`${message}. See npm run mesh -- replay --help`, 2, { cause });
}
