import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../root.js';
import { PostgresError } from './errors.js';

/**
 * A folder outside of the checkout that every account may enter and only this one may change.
 * Survives a reboot; one for each checkout and purpose.
 */
export function publicFolder(purpose: string): string {
  const checkout = createHash('sha256').update(root).digest('hex').slice(0, 12);
  const home = join('/var/tmp', `mesh-${checkout}`);
  for (const folder of [home, join(home, purpose)]) {
    mkdirSync(folder, { recursive: true, mode: 0o711 });
    const found = lstatSync(folder);
    // Anyone may create names in /var/tmp: take none that another account has made.
    if (!found.isDirectory() || found.uid !== process.getuid?.()) {
      throw new PostgresError(
        'UNSAFE_FOLDER',
        `${folder} belongs to another account; remove it and try again`,
      );
    }
  }
  return join(home, purpose);
}
