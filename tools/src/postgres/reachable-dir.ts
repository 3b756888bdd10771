import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Account } from './account.js';
import { publicFolder } from './public-folder.js';

/**
 * Where a cluster wanted at `dataDir` can be: there, or, when the account may not enter one of the
 * folders above it (a checkout under /root), in a public folder to which `<dataDir>.elsewhere` links.
 */
export function reachableDir(dataDir: string, account: Account): string {
  mkdirSync(dirname(dataDir), { recursive: true });
  if (account.uid === undefined || canEnter(dirname(dataDir))) return dataDir;
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 12);
  const elsewhere = join(publicFolder('data'), name);
  const link = `${dataDir}.elsewhere`;
  if (lstatSync(link, { throwIfNoEntry: false }) && readlinkSync(link) !== elsewhere) rmSync(link);
  if (!existsSync(elsewhere) || !lstatSync(link, { throwIfNoEntry: false })) {
    rmSync(link, { force: true });
    symlinkSync(elsewhere, link);
  }
  return elsewhere;
}

function canEnter(folder: string): boolean {
  const everyoneMayEnter = (statSync(folder).mode & 0o001) !== 0;
  return everyoneMayEnter && (dirname(folder) === folder || canEnter(dirname(folder)));
}
