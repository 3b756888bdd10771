import { join } from 'node:path';
import { runProgram } from '../processes/run-program.js';
import { root } from '../root.js';
import { LaunchError } from './launch-error.js';
import { serviceNames } from './services.js';

/**
 * Builds the services and the page whose sources have changed since their last build; a second time
 * costs a look at the files. In a process of its own: bundlers keep their memory.
 * @throws LaunchError BUILD_FAILED with what the bundler said
 */
export async function buildChanged(say: (line: string) => void): Promise<void> {
  const started = performance.now();
  const args = [join(root, 'tools/build.mjs'), '--if-changed', ...serviceNames, 'web'];
  const { code, output } = await runProgram(process.execPath, args);
  if (code !== 0) throw new LaunchError('BUILD_FAILED', `The build failed:\n${output.trim()}`);
  const built = output.trim();
  if (built)
    say(
      `Built ${built
        .split('\n')
        .map((line) => line.split(':')[0])
        .join(', ')} (${Math.round(performance.now() - started)} ms)`,
    );
}
