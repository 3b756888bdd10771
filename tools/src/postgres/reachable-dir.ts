import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readlinkSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { serverAccount, type Account } from './account.js';
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
  rmSync(linkOf(dataDir), { force: true });
  symlinkSync(elsewhere, linkOf(dataDir));
  return elsewhere;
}

/** Removes a cluster that does not run, wherever it is. */
export function removeCluster(dataDir: string): void {
  const link = linkOf(dataDir);
  const isLink = lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink();
  const places =
    isLink && serverAccount().uid !== undefined ? [dataDir, readlinkSync(link)] : [dataDir];
  for (const place of places) {
    for (const ending of ['', '.new', '.password', '.log'])
      rmSync(`${place}${ending}`, { recursive: true, force: true });
  }
  rmSync(link, { force: true });
}

const linkOf = (dataDir: string) => `${dataDir}.elsewhere`;

function canEnter(folder: string): boolean {
  const everyoneMayEnter = (statSync(folder).mode & 0o001) !== 0;
  return everyoneMayEnter && (dirname(folder) === folder || canEnter(dirname(folder)));
}
