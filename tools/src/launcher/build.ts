import { join } from 'node:path';
import { pageNames } from '../../bundle.mjs';
import { runProgram } from '../processes/run-program.js';
import { root } from '../root.js';
import type { Service } from '../services/index.js';
import { LaunchError } from './launch-error.js';

/** From when on people ask themselves whether anything happens. */
const noticeableMs = 1_500;

/**
 * Builds the services and the page whose sources have changed since their last build; a second time
 * costs a look at the files. In a process of its own: bundlers keep their memory.
 * @throws LaunchError BUILD_FAILED with what the bundler said
 */
export async function buildChanged(
  services: readonly Service[],
  say: (line: string) => void,
): Promise<void> {
  const started = performance.now();
  const names = [...services.map(({ name }) => name), ...pageNames()];
  const args = [join(root, 'tools/build.mjs'), '--if-changed', ...names];
  const slow = setTimeout(() => say('Building what has changed'), noticeableMs);
  const { code, output } = await runProgram(process.execPath, args).finally(() =>
    clearTimeout(slow),
  );
  if (code !== 0) throw buildFailure(output);
  const built = builtNames(output);
  if (built.length > 0)
    say(`Built ${built.join(', ')} (${Math.round(performance.now() - started)} ms)`);
}

export function buildFailure(output: string): LaunchError {
  const next = 'Mend what it says and start again.';
  return new LaunchError('BUILD_FAILED', `The build failed:\n${output.trim()}\n${next}`);
}

/** The projects that were built; bundlers also tell what nobody asked. */
export function builtNames(output: string): readonly string[] {
  return [...output.matchAll(/^([\w-]+): built in /gm)].flatMap(([, name]) => name ?? []);
}
