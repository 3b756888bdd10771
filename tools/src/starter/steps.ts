import { runProgram } from '../processes/run-program.js';
import { ownName } from './wishes.js';

/** Something that is done to the copy, or checked there. */
export interface Step {
  readonly title: string;
  readonly command: readonly [program: string, ...args: string[]];
}

/** One lane after the other; those of a list run side by side. */
export type Plan = readonly (readonly (readonly Step[])[])[];

/** Generated, renamed, and held by the compiler; what is left of the old name stops the rename. */
export const light: Plan = [
  [[script('generate, then rename', 'tools/src/starter/make-it-yours.ts', 'rename')]],
  [[script('typecheck', 'tools/src/typecheck.ts')]],
];

/** As a person does it, and then all that is asked of a workspace. */
export const whole: Plan = [
  [[{ title: `npx nx g rename ${ownName.name}`, command: rename() }]],
  [[script('generate', 'tools/src/starter/make-it-yours.ts')]],
  [
    [script('typecheck', 'tools/src/typecheck.ts'), npmTest('unit')],
    [npmTest('format'), npmTest('buf'), npmTest('lint', 'lending', 'reading')],
  ],
  [
    [
      npmTest('integration', 'apps/lending', 'apps/reading'),
      npmTest('service', 'apps/lending', 'apps/reading', 'apps/gateway'),
    ],
    [npmTest('k8s'), npmTest('observability')],
  ],
  [[npmTest('e2e')]],
];

/**
 * Does them in `folder`, telling the time of each; begins nothing more when one has failed, and tells what that said.
 * @returns titles of what passed and of what failed
 */
export async function runPlan(folder: string, plan: Plan) {
  const [passed, failed]: [string[], string[]] = [[], []];
  const lane = async (steps: readonly Step[]) => {
    for (const { title, command } of steps) {
      if (failed.length > 0) return;
      const [program, ...args] = command;
      const began = performance.now();
      const { code, output } = await runProgram(program, args, { cwd: folder, env: nxEnvironment });
      const took = `${((performance.now() - began) / 1_000).toFixed(1).padStart(6)} s  ${title}`;
      (code === 0 ? passed : failed).push(title);
      console.log(code === 0 ? [took, timesOf(output)].join('') : `${took}: failed\n${output}`);
    }
  };
  for (const lanes of plan) await Promise.all(lanes.map(lane));
  return { passed, failed };
}

const nxEnvironment = { NX_DAEMON: 'false', NX_TUI: 'false', NX_NO_CLOUD: 'true' };

/** The lines with which make-it-yours.ts tells of each generator. */
function timesOf(output: string): string {
  const lines = output.split('\n').filter((line) => /^ +\d+\.\d s {2}/.test(line));
  return lines.map((line) => `\n${line}`).join('');
}

function script(title: string, path: string, ...args: string[]): Step {
  return { title, command: ['node', 'tools/run.mjs', path, ...args] };
}

function npmTest(...args: [string, ...string[]]): Step {
  const title = ['npm test --', ...args].join(' ');
  return { title, command: ['node', 'tools/run.mjs', 'tools/src/test.ts', ...args] };
}

function rename(): Step['command'] {
  const { name, product, scope } = ownName;
  const options = ['--product', product, '--scope', scope, '--no-interactive'];
  return ['npx', 'nx', 'generate', './tools/generators.json:rename', name, ...options];
}
