import { runProgram } from '../processes/run-program.js';
import { fail, pass, type Check, type CheckOptions } from './check.js';

interface ProgramCheck {
  readonly stage: string;
  readonly title: string;
  /** Program and arguments. */
  command(options: CheckOptions): readonly [string, ...string[]];
}

/** No daemon that outlives the command, no terminal interface. */
export const nxEnvironment = { NX_DAEMON: 'false', NX_TUI: 'false', NX_NO_CLOUD: 'true' };

/** A check that passes when its program ends with 0; its output is shown when it does not. */
export function programCheck({ stage, title, command }: ProgramCheck): Check {
  return {
    stage,
    title,
    run: async (options) => {
      const [program, ...args] = command(options);
      const { code, output } = await runProgram(program, args, { env: nxEnvironment });
      if (code === 0) return pass;
      if (options.signal?.aborted) return fail;
      process.stdout.write(`\n$ ${[program, ...args].join(' ')}\n${output}\n`);
      return fail;
    },
  };
}

/** A target of all projects, or of the ones named. */
export function nxCheck(stage: string, title: string): Check {
  const check = programCheck({
    stage,
    title,
    command: ({ filters }) => [
      ...(['nx', 'run-many', '-t', stage, '--output-style=stream', '--parallel=2'] as const),
      ...(filters.length > 0 ? ['-p', filters.join(',')] : []),
    ],
  });
  return {
    ...check,
    run: async (options) => {
      const unknown = await withoutProject(options.filters);
      if (options.signal?.aborted) return fail;
      if (unknown.length === 0) return check.run(options);
      console.log(`\nNo project matches ${unknown.join(', ')}; npx nx show projects lists them`);
      return fail;
    },
  };
}

/** nx itself is content when there is nothing to do. */
async function withoutProject(filters: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    filters.map((filter) =>
      runProgram('nx', ['show', 'projects', '-p', filter], { env: nxEnvironment }),
    ),
  );
  return filters.filter((_, index) => found[index]?.output.trim() === '');
}
