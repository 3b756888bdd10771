import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

const shared = ['package-lock.json', 'tsconfig.base.json', 'tools/bundle.mjs'];
const skipped = new Set(['node_modules', 'dist', 'test', 'testing']);

/** Hash of everything that a build of apps/NAME may read: its folder, all libs, the shared files. */
export function fingerprint(root, name) {
  const hash = createHash('sha256');
  const folders = [join(root, 'apps', name), join(root, 'libs')];
  const files = [...shared.map((file) => join(root, file)), ...folders.flatMap(sources)];
  for (const file of files.sort()) {
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex');
}

/** Where a build leaves the fingerprint of what it was made from. */
export const stampFile = (root, name) => join(root, 'dist', 'apps', name, '.fingerprint');

/** True when the last build of apps/NAME was made from the sources as they are. */
export function isCurrent(root, name) {
  const stamp = stampFile(root, name);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint(root, name);
}

function sources(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return entry.isFile() && !/\.spec\.tsx?$/.test(entry.name) ? [path] : [];
  });
}
