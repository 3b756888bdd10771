import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the workspace: found upwards of this code, as source or bundled into dist/tools. */
export const root = findRoot(import.meta.dirname);

/** Where everything lives that a run leaves behind. */
export const meshDir = join(root, '.mesh');

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'nx.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error(`No nx.json in any folder above ${import.meta.dirname}`);
  return findRoot(parent);
}
