import { runProgram } from '../processes/run-program.js';
import type { Check } from './check.js';
import { nxCheck, nxEnvironment, programCheck } from './program-check.js';

const eslint = programCheck({ stage: 'lint', title: 'lint', command: () => ['eslint', '.'] });

/**
 * All of the code by one program each: what the projects share is read once, which nx, a program a project, does
 * again and again. The projects that filters name go through nx, as for a person.
 */
export const codeChecks: readonly Check[] = [
  orNx({
    stage: 'lint',
    title: 'lint',
    run: async (options) => {
      // The rule of who may import whom reads the graph of projects, which nx leaves for it.
      await runProgram('nx', ['show', 'projects'], { env: nxEnvironment });
      return eslint.run(options);
    },
  }),
  orNx(
    programCheck({
      stage: 'typecheck',
      title: 'typecheck',
      command: () => ['node', 'tools/exec.mjs', 'tools/src/typecheck.ts'],
    }),
  ),
];

function orNx(whole: Check): Check {
  const named = nxCheck(whole.stage, whole.title);
  const run: Check['run'] = (options) =>
    options.filters.length > 0 ? named.run(options) : whole.run(options);
  return { ...whole, run };
}
