import { parseArgs } from 'node:util';
import { CliError } from '../cli-error.js';

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const known = {
  ...{ service: text, url: text, from: text, stream: text, key: text, position: text },
  ...{ 'dry-run': flag, yes: flag, json: flag, help: { ...flag, short: 'h' } },
} as const;

/** What is asked for. */
export type Request =
  | { readonly kind: 'status'; readonly service: string | undefined }
  | { readonly kind: 'audit' | 'parked'; readonly service: string }
  | {
      readonly kind: 'redrive';
      readonly service: string;
      readonly stream: string;
      /** Undefined: the events that have none. */
      readonly key: string | undefined;
    }
  | { readonly kind: 'discard'; readonly service: string; readonly position: string }
  | { readonly kind: 'reset'; readonly service: string; readonly from: 'start' | 'end' };

export interface Options {
  readonly request: Request;
  /** Of the management port; undefined: those of the mesh that runs here. */
  readonly url: string | undefined;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

/** Null when help is asked for. @throws CliError saying which option is wrong and what is expected */
export function readOptions(args: readonly string[]): Options | null {
  const { values, positionals } = parsed(args);
  if (values.help === true || args.length === 0) return null;
  return {
    request: requestOf(positionals, values),
    url: values.url,
    dryRun: values['dry-run'] ?? false,
    yes: values.yes ?? false,
    json: values.json ?? false,
  };
}

function requestOf(
  [kind, ...rest]: readonly string[],
  { service, url, from, stream, key, position }: ReturnType<typeof parsed>['values'],
): Request {
  if (rest.length > 0) throw wrong(`"${rest[0]}" is nothing here`);
  if (kind === 'status') {
    if (url !== undefined && service === undefined) throw wrong(missing);
    return { kind, service };
  }
  if (!isKnown(kind)) throw wrong(`Expected status, ${kinds.join(', ')}`);
  if (service === undefined) throw wrong(missing);
  switch (kind) {
    case 'audit':
    case 'parked':
      return { kind, service };
    case 'redrive':
      if (stream === undefined) throw wrong('--stream: expected the name of a stream');
      return { kind, service, stream, key };
    case 'discard':
      if (position === undefined) throw wrong('--position: expected one that parked shows');
      return { kind, service, position };
    case 'reset':
      if (from !== 'start' && from !== 'end') throw wrong('--from: expected start or end');
      return { kind, service, from };
  }
}

const kinds = ['reset', 'audit', 'parked', 'redrive', 'discard'] as const;
const isKnown = (kind: string | undefined): kind is (typeof kinds)[number] =>
  kinds.some((one) => one === kind);

const missing = '--service: expected the name of a service';

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: known, allowPositionals: true });
  } catch (error) {
    throw wrong((error as Error).message.split('. ', 1)[0]!, error);
  }
}

function wrong(message: string, cause?: unknown): CliError {
  return new CliError(`${message}. See npm run mesh -- outbox --help`, 2, { cause });
}
