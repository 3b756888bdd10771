import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A mesh that runs on the folder, or what is left of one. */
export function examineRunning({ dir, startOf }) {
  const lock = readJson(join(dir, 'lock.json'));
  if (lock === undefined) return [];
  const runs = lock.identity !== undefined && startOf(lock.pid) === lock.identity;
  return [
    {
      name: 'a mesh on this folder',
      state: 'note',
      found: runs
        ? running(dir, lock.pid)
        : `process ${lock.pid} was killed; npm start takes over what it left`,
      neededFor: 'npm start',
    },
  ];
}

function running(dir, pid) {
  const edge = Object.values(readJson(join(dir, 'endpoints.json')) ?? {}).find(({ http }) => http);
  const where = edge === undefined ? '' : `, ${edge.http}`;
  return `runs already (process ${pid}${where}): use it, or stop it before npm start: kill ${pid}`;
}

function readJson(file) {
  try {
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  } catch {
    return undefined;
  }
}
