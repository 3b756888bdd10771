import { runProgram } from '../processes/run-program.js';
import { fail, pass, type Check } from './check.js';

/** Minutes of faults made to the whole mesh; says the line with the verdict, and all of it when that is bad. */
export function chaosCheck(minutes: number): Check {
  return {
    stage: 'chaos',
    title: `${minutes} minutes of chaos`,
    run: async () => {
      const args = ['tools/exec.mjs', 'chaos/src/main.ts', '--minutes', String(minutes)];
      const { code, output } = await runProgram('node', args);
      console.log(code === 0 ? output.trimEnd().split('\n').at(-1) : `\n${output}`);
      return code === 0 ? pass : fail;
    },
  };
}
