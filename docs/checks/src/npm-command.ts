/** A command of this project as somebody types it. */
export interface NpmCommand {
  /** Of package.json. */
  readonly script: string;
  /** Behind the `--`. */
  readonly args: readonly string[];
}

const typed =
  /\bnpm (?:run (?:-s |--silent )?([\w:-]+)|(start|test))(?: (?:--silent|-s))?(?: --((?: [^\s`|&;()<>]+)+))?/g;

/** The npm commands in a text. */
export function npmCommandsIn(text: string): readonly NpmCommand[] {
  return [...text.matchAll(typed)].map(([, run, short, args = '']) => ({
    script: run ?? short ?? '',
    args: args.split(' ').filter(Boolean),
  }));
}
