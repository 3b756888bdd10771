import { commandsOf, isShell, type Block } from './blocks.js';
import { npmCommandsIn } from './npm-command.js';

/** What is not where the checks run; a list, so that nobody excuses a command with a new word. */
export const needs = [
  'a cluster',
  'docker',
  'a registry of images',
  'brokers',
  'minutes',
  'a failure',
  'a terminal of its own',
  'a collector',
  'a file of yours',
  'a copy of the project',
  'a remote',
] as const;

export interface Surroundings {
  /** Of package.json, by name. */
  readonly scripts: Readonly<Record<string, string>>;
  /** Stages of npm test. */
  readonly stages: readonly string[];
  /** Text of a file by its path in the project; undefined when there is none. */
  read(path: string): string | undefined;
  exists(path: string): boolean;
}

/** What is wrong with the marks of blocks, a sentence each. */
export function markFindings(blocks: readonly Block[], around: Surroundings): string[] {
  return blocks.flatMap((block) =>
    findingsOf(block, around).map((finding) => `${block.path}:${block.line}: ${finding}`),
  );
}

function findingsOf(block: Block, around: Surroundings): string[] {
  if (!isShell(block))
    return looksTyped(block)
      ? ['It has commands: call it sh, or console with what they print']
      : [];
  if (block.language === 'console' && commandsOf(block).length === 0)
    return ['It is a console without a line that begins with $'];
  const { mark } = block;
  if (mark === undefined)
    return ['It has no mark: <!-- run -->, <!-- run by: FILE --> or <!-- needs: WHAT -->'];
  if (mark.kind === 'run') return [];
  if (mark.kind === 'needs') {
    const known = needs.some((one) => one === mark.what);
    return known ? [] : [`It needs "${mark.what}", which is none of: ${needs.join(', ')}`];
  }
  return [
    ...mark.runners.flatMap((runner) => runnerFindings(runner, around)),
    ...commandsOf(block)
      .filter(
        (command) =>
          !mark.runners.some(
            (runner) => readsPage(runner, block, around) || runs(runner, command, around),
          ),
      )
      .map((command) => `None of ${mark.runners.join(', ')} runs: ${command}`),
  ];
}

const looksTyped = ({ language, text }: Block) =>
  ['', 'text'].includes(language) &&
  /^(\$ |([A-Z_]+=\S+ )*(npm|npx|node|docker|kubectl|curl) )/m.test(text);

const suite = 'npm test';

function runnerFindings(runner: string, { exists }: Surroundings): string[] {
  return runner === suite || exists(runner) ? [] : [`There is no ${runner}`];
}

/** Whether it takes the commands from the page itself. */
const readsPage = (runner: string, { path }: Block, { read }: Surroundings) =>
  read(runner)?.includes(`'${path}'`) === true;

/** Whether a file has the command, its script or what that runs in it; npm test runs its own stages. */
function runs(runner: string, command: string, around: Surroundings): boolean {
  if (runner === suite) return isOfSuite(command, around);
  const text = around.read(runner) ?? '';
  if (text.includes(command)) return true;
  const [npm] = npmCommandsIn(command);
  if (npm === undefined) return text.includes(wordOf(command));
  const file = around.scripts[npm.script]?.split(' ').at(-1);
  return (
    new RegExp(`['" ]${npm.script}\\b`).test(text) || (file !== undefined && text.includes(file))
  );
}

/** What tells a command from others: `kustomize` of `kubectl kustomize …`. */
function wordOf(command: string): string {
  const [program = '', word] = command.replace(/^([A-Z_]+=\S* )+/, '').split(' ');
  return word ?? program;
}

function isOfSuite(command: string, { stages, exists }: Surroundings): boolean {
  const words = command.replace(/^([A-Z_]+=\S* )+/, '').split(/\s+/);
  const [stage, ...filters] = /^npm test -- /.test(command.replace(/^([A-Z_]+=\S* )+/, ''))
    ? words.slice(3)
    : /^npx vitest run --project /.test(command)
      ? words.slice(4)
      : [];
  const paths = filters.filter((filter) => filter.includes('/'));
  return stage !== undefined && stages.includes(stage) && paths.every(exists);
}
