export interface Arguments {
  readonly fresh: boolean;
  readonly help: boolean;
  /** What can't be understood, in a sentence. */
  readonly wrong: string | undefined;
}

/**
 * What is asked of a command that knows --fresh and --help. npm keeps the option of `npm start --fresh`,
 * without a -- before it, to itself and passes it on as a variable.
 */
export function readArguments(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Arguments {
  const unknown = args.filter((arg) => !['--fresh', '--help', '-h'].includes(arg));
  return {
    fresh: args.includes('--fresh') || env['npm_config_fresh'] === 'true',
    help: args.includes('--help') || args.includes('-h'),
    wrong: unknown.length > 0 ? `There is no option ${unknown.join(' ')}.` : undefined,
  };
}
