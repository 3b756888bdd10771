import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the workspace: found upwards of this code, which may be bundled into dist/tools. */
export const root = findRoot(dirname(fileURLToPath(import.meta.url)));

function findRoot(folder) {
  if (existsSync(join(folder, 'nx.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('No nx.json in any folder above the tools');
  return findRoot(parent);
}
