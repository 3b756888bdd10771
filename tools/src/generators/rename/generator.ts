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
  if (renamed === undefined)
    return () => console.log(`This workspace is called ${options.name} already: nothing changed.`);
  const generate = await finish(tree);
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
