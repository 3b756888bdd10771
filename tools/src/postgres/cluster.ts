import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { give, ownAccount, type Account } from './account.js';
import { PostgresError } from './errors.js';

/** The superuser's name in every cluster made here. */
export const superuser = 'mesh';

export interface Cluster {
  readonly dataDir: string;
  readonly password: string;
}

/**
 * Opens the cluster in `dataDir`, making it first when there is none. A cluster is there whole or
 * not at all: one whose making was interrupted is made again.
 * @throws PostgresError INIT_FAILED, OTHER_VERSION
 */
export function openCluster(
  native: string,
  dataDir: string,
  account: Account,
  durable: boolean,
): Cluster {
  const passwordFile = `${dataDir}.password`;
  if (!existsSync(join(dataDir, 'PG_VERSION')))
    create(native, dataDir, account, passwordFile, durable);
  checkVersion(native, dataDir);
  return { dataDir, password: readFileSync(passwordFile, 'utf8').trim() };
}

function create(
  native: string,
  dataDir: string,
  account: Account,
  passwordFile: string,
  durable: boolean,
): void {
  const half = `${dataDir}.new`;
  for (const path of [half, dataDir]) rmSync(path, { recursive: true, force: true });
  mkdirSync(dirname(dataDir), { recursive: true });
  mkdirSync(half, { mode: 0o700 });
  writeFileSync(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  for (const path of [half, passwordFile]) give(path, account);
  const options = ['-D', half, '-U', superuser, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
  const locale = [
    '-E',
    'UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
  ];
  const { status, stderr, error } = spawnSync(
    join(native, 'bin', 'initdb'),
    [...options, ...locale, '--no-instructions', ...(durable ? [] : ['--no-sync'])],
    {
      ...account,
      cwd: '/',
      encoding: 'utf8',
      env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
    },
  );
  if (status !== 0) {
    throw new PostgresError(
      'INIT_FAILED',
      `initdb in ${half} failed: ${error?.message ?? stderr.trim()}`,
    );
  }
  give(passwordFile, ownAccount());
  renameSync(half, dataDir);
}

function checkVersion(native: string, dataDir: string): void {
  const written = readFileSync(join(dataDir, 'PG_VERSION'), 'utf8').trim();
  const { stdout } = spawnSync(join(native, 'bin', 'postgres'), ['--version'], {
    encoding: 'utf8',
  });
  const running = /(\d+)\.\d+/.exec(stdout)?.[1];
  if (running === written) return;
  throw new PostgresError(
    'OTHER_VERSION',
    `${dataDir} was written by PostgreSQL ${written}, and this is ${running}. ` +
      'Start with an empty one (npm start -- --fresh) or go back to the commit that made it.',
  );
}
