export interface Arguments {
  readonly fresh: boolean;
  readonly help: boolean;
  /** As it was given, of a command that knows it. */
  readonly replicas?: string;
  /** What can't be understood, in a sentence. */
  readonly wrong: string | undefined;
}

/**
 * What is asked of a command that knows --fresh, --help and, unless it has none, --replicas N. npm keeps the
 * option of `npm start --fresh`, without a -- before it, to itself and passes it on as a variable.
 */
export function readArguments(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  { replicated = false }: { readonly replicated?: boolean } = {},
): Arguments {
  const { rest, replicas } = replicated
    ? takeReplicas(args, env)
    : { rest: args, replicas: undefined };
  const unknown = rest.filter((arg) => !['--fresh', '--help', '-h'].includes(arg));
  return {
    ...(replicas !== undefined && { replicas }),
    fresh: rest.includes('--fresh') || env['npm_config_fresh'] === 'true',
    help: rest.includes('--help') || rest.includes('-h'),
    wrong: unknown.length > 0 ? `There is no option ${unknown.join(' ')}.` : undefined,
  };
}

/** `--replicas 2` or `--replicas=2`; npm makes of the first, without a --, a variable `true` and a `2` left over. */
function takeReplicas(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): { readonly rest: readonly string[]; readonly replicas: string | undefined } {
  const at = args.findIndex((arg) => arg === '--replicas' || arg.startsWith('--replicas='));
  const kept = env['npm_config_replicas'];
  if (at === -1 && kept !== 'true') return { rest: args, replicas: kept };
  if (at === -1) return { rest: args.slice(1), replicas: args[0] ?? '' };
  const [, joined] = (args[at] ?? '').split('=');
  const taken = joined === undefined ? 2 : 1;
  return { rest: args.toSpliced(at, taken), replicas: joined ?? args[at + 1] ?? '' };
}
