import type { GeneratorCallback, Tree } from '@nx/devkit';
import { finish } from '../kit/workspace.js';
import type { RenameOptions } from './naming.js';
import { relink } from './relink.js';
import { renameWorkspace, type Renamed } from './rename-workspace.js';

/** Gives the whole workspace another name; nothing of the old one is left. */
export default async function rename(
  tree: Tree,
  options: RenameOptions,
): Promise<GeneratorCallback> {
  const renamed = renameWorkspace(tree, options);
  const generate = await finish(tree);
  if (renamed === undefined)
    return async () => {
      console.log(`This workspace is called ${options.name} already.`);
      // Where a rename was interrupted behind its last file, this is what it lacks.
      await generate();
    };
  return async () => {
    relink(renamed.from.scope, renamed.to.scope);
    await generate();
    console.log(whatIsNext(renamed));
  };
}

function whatIsNext({ from, to }: Renamed): string {
  return [
    '',
    `This is ${to.product} now.`,
    `Left alone: .${from.name}, with the data of development under the old names; remove it.`,
    'Next: npm test, and commit.',
  ].join('\n');
}
