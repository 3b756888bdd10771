/** What a command may use of the outside. */
export interface Terminal {
  /** A line of the result. */
  say(line: string): void;
  /** A line beside the result. */
  warn(line: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A command of `npm run mesh`. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** The exit code. @throws CliError */
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}
