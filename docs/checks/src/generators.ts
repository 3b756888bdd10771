import type { Page } from './pages.js';

/** Names of the options of each generator. */
export type Generators = ReadonlyMap<string, readonly string[]>;

const called = /\bnx g (?:@mesh\/tools|\.\/tools\/generators\.json):([a-z][\w-]*)([^\n`|&;]*)/g;
/** Of Nx itself. */
const ofNx = ['dry-run', 'help', 'interactive', 'no-interactive', 'verbose'];

/** Generators, and options of them, that pages call by names that they do not have. */
export function generatorFindings(pages: readonly Page[], generators: Generators): string[] {
  return pages.flatMap(({ path, text }) =>
    [...text.matchAll(called)].flatMap(([, name = '', rest = '']) => {
      const known = generators.get(name);
      if (known === undefined) return [`${path}: There is no generator ${name}`];
      return [...rest.matchAll(/ --([a-z][\w-]*)/g)]
        .map(([, option = '']) => option)
        .filter((option) => !ofNx.includes(option) && !known.includes(camel(option)))
        .map((option) => `${path}: The generator ${name} does not know --${option}`);
    }),
  );
}

/** As schemas write what is typed with dashes. */
const camel = (option: string) =>
  option.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
