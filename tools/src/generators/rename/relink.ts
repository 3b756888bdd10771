import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../root.js';

/** Lets packages be found under their new scope at once, as npm install would. */
export function relink(from: string, to: string): void {
  const scope = (name: string) => join(root, 'node_modules', `@${name}`);
  if (from === to || !existsSync(scope(from)) || existsSync(scope(to))) return;
  renameSync(scope(from), scope(to));
}
