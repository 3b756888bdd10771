import { npmCommandsIn, type NpmCommand } from './npm-command.js';
import type { Page } from './pages.js';

/** Scripts that have commands of their own below them, each with its own help. */
const nested = ['mesh'];
/** Programs of others behind a script, with the help that they have. */
export const foreign = ['format', 'generate:docs', 'generate:observability', 'pack:live-client'];

/** By script, or script and command: `mesh outbox`. */
export type HelpTexts = ReadonlyMap<string, string>;

/** What pages say of npm scripts that is not so, a sentence each. */
export function optionFindings(
  pages: readonly Page[],
  scripts: readonly string[],
  helps: HelpTexts,
): string[] {
  return pages.flatMap(({ path, text }) =>
    npmCommandsIn(text).flatMap((command) =>
      wrongIn(command, scripts, helps).map((finding) => `${path}: ${finding}`),
    ),
  );
}

function wrongIn(command: NpmCommand, scripts: readonly string[], helps: HelpTexts): string[] {
  const { script, args } = command;
  if (!scripts.includes(script)) return [`There is no npm script ${script}`];
  if (foreign.includes(script)) return [];
  const name = helpNameOf(command);
  const help = helps.get(name);
  const options = args
    .flatMap((arg) => /^--[a-z][\w-]*/.exec(arg)?.[0] ?? [])
    .filter((option) => option !== '--help');
  if (help === undefined) return options.length > 0 ? [`npm run ${name} has no help`] : [];
  return options
    .filter((option) => !has(help, option))
    .map((option) => `The help of ${name} does not know ${option}`);
}

function helpNameOf({ script, args: [command = ''] }: NpmCommand): string {
  return nested.includes(script) && /^[a-z-]+$/.test(command) && !command.startsWith('-')
    ? `${script} ${command}`
    : script;
}

/** Options that code reads and a help does not tell, a sentence each. */
export function untoldFindings(name: string, code: string, help: string): string[] {
  return optionsReadIn(code)
    .filter((option) => option !== '--help' && !has(help, option))
    .map((option) => `The help of ${name} does not tell of ${option}`);
}

const has = (help: string, option: string) => new RegExp(`${option}(?![\\w-])`).test(help);

/** Names of options in a module: keys of what parseArgs is given, or what arguments are compared with. */
export function optionsReadIn(code: string): readonly string[] {
  const keys = code.matchAll(
    /(?<=[{,\s])'?([a-z][a-z-]*)'?: (?:text|flag|several|\{ (?:type: '|\.\.\.flag))/g,
  );
  const compared = code.matchAll(/(?:includes\(|=== |startsWith\()'--([a-z][a-z-]*)/g);
  const [, list = ''] = /const names = \[([^\]]*)\]/.exec(code) ?? [];
  const listed = list.matchAll(/'([a-z][a-z-]*)'/g);
  return [...new Set([...keys, ...compared, ...listed].map(([, name = '']) => `--${name}`))];
}
