import { chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { removeCluster } from '../postgres/index.js';

/** Who works on the folder, and the servers of `npm run servers`, which have their own --fresh. */
const kept = new Set(['lock.json', 'install.lock', 'servers']);

/** Makes the folder of a mesh; other accounts may enter it (PostgreSQL runs as one) and not read it. */
export function openFolder(dir: string): void {
  mkdirSync(join(dir, 'logs'), { recursive: true });
  chmodSync(dir, 0o711);
}

/** Removes all data, keys and logs. */
export function emptyFolder(dir: string): void {
  removeCluster(join(dir, 'postgres'));
  for (const name of readdirSync(dir)) {
    if (!kept.has(name)) rmSync(join(dir, name), { recursive: true, force: true });
  }
}
