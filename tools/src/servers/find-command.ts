import { accessSync, constants, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The real path of a command on PATH, or null. */
export function findCommand(name: string, path = process.env['PATH'] ?? ''): string | null {
  for (const folder of [
    ...path.split(delimiter),
    '/usr/sbin',
    '/usr/local/sbin',
    '/opt/homebrew/sbin',
  ]) {
    try {
      const candidate = join(folder, name);
      accessSync(candidate, constants.X_OK);
      return realpathSync(candidate);
    } catch {
      continue;
    }
  }
  return null;
}
