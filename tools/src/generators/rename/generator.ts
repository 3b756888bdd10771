import type { GeneratorCallback, Tree } from '@nx/devkit';
import { runProgram } from '../../processes/run-program.js';
import { makeAnew } from '../kit/workspace.js';
import type { RenameOptions } from './naming.js';
import { relink } from './relink.js';
import { renameWorkspace, type Renamed } from './rename-workspace.js';

/** Gives the whole workspace another name; nothing of the old one is left. */
export default async function rename(
  tree: Tree,
  options: RenameOptions,
): Promise<GeneratorCallback> {
  const renamed = renameWorkspace(tree, options);
  if (renamed === undefined)
    return async () => {
      console.log(`This workspace is called ${options.name} already.`);
      // Where a rename was interrupted behind its last file, this is what it lacks.
      await makeAnew();
    };
  return async () => {
    relink(renamed.from.scope, renamed.to.scope);
    await format(renamed.toFormat);
    await makeAnew();
    console.log(whatIsNext(renamed));
  };
}

/** After all is written, and only what can look different: formatting a thousand files takes minutes. */
async function format(paths: readonly string[]): Promise<void> {
  const { code, output } = await runProgram('prettier', [
    ...['--write', '--ignore-unknown', '--log-level=warn', ...paths],
  ]);
  if (code !== 0) throw new Error(`prettier failed; npm run format does the rest:\n${output}`);
}

function whatIsNext({ from, to }: Renamed): string {
  return [
    '',
    `This is ${to.product} now.`,
    `Left alone: .${from.name}, with the data of development under the old names; remove it.`,
    'Next: npm test, and commit.',
  ].join('\n');
}
