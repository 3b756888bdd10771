import { chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { removeCluster } from '../postgres/index.js';
import { LaunchError } from './launch-error.js';

/** Who works on the folder, and the servers of `npm run servers`, which have their own --fresh. */
const kept = new Set(['lock.json', 'install.lock', 'servers']);

/**
 * Makes the folder of a mesh; other accounts may enter it (PostgreSQL runs as one) and not read it.
 * @throws LaunchError FOLDER_UNUSABLE
 */
export function openFolder(dir: string): void {
  try {
    mkdirSync(join(dir, 'logs'), { recursive: true });
    chmodSync(dir, 0o711);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new LaunchError(
      'FOLDER_UNUSABLE',
      `The mesh can't keep its data in ${dir}: ${why}. Choose another folder with MESH_DIR.`,
      { cause: error },
    );
  }
}

/** Removes all data, keys and logs. */
export function emptyFolder(dir: string): void {
  removeCluster(join(dir, 'postgres'));
  for (const name of readdirSync(dir)) {
    if (!kept.has(name)) rmSync(join(dir, name), { recursive: true, force: true });
  }
}
