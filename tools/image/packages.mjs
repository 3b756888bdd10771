// Which packages of node_modules a bundled service needs at run time, read from the lock.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../root.mjs';

/**
 * The packages of a deployable's package.json and all that these need, as paths of the lock such as
 * `node_modules/pg` and `node_modules/a/node_modules/b`, sorted. Optional ones count where they are installed.
 * @throws Error naming a package that is needed and not installed
 */
export function neededPackages(dependencies, lock) {
  const needed = new Set();
  const visit = (name, from, optional) => {
    const path = find(name, from, lock);
    if (path === undefined || !existsSync(join(root, path))) {
      if (optional) return;
      throw new Error(`${from || 'The service'} needs ${name}, which is not installed`);
    }
    if (needed.has(path)) return;
    needed.add(path);
    const { dependencies = {}, optionalDependencies = {}, ...entry } = lock.packages[path];
    const { peerDependencies = {}, peerDependenciesMeta = {} } = entry;
    for (const id of Object.keys(dependencies)) visit(id, path, id in optionalDependencies);
    for (const id of Object.keys(optionalDependencies)) visit(id, path, true);
    // An optional peer is what a person adds, and then it is imported and so named by the service itself.
    for (const id of Object.keys(peerDependencies))
      if (!peerDependenciesMeta[id]?.optional) visit(id, path, false);
  };
  for (const name of Object.keys(dependencies)) visit(name, '', false);
  return [...needed].sort();
}

/** As Node looks for it: beside the one that asks, then upwards. */
function find(name, from, lock) {
  for (let folder = from; ; folder = folder.slice(0, folder.lastIndexOf('/node_modules/'))) {
    const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (path in lock.packages) return path;
    if (folder === '') return undefined;
    if (!folder.includes('/node_modules/')) folder = '/node_modules/';
  }
}

export function readLock() {
  return JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
}
