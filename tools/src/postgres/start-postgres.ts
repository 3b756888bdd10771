import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { end, ended } from '../processes/end.js';
import { guard } from '../processes/guardian.js';
import { freePorts } from '../servers/free-ports.js';
import { serverAccount } from './account.js';
import { findBinaries } from './binaries.js';
import { openCluster, superuser, type Cluster } from './cluster.js';
import { PostgresError } from './errors.js';
import { clearLeftover } from './leftover.js';
import { reachableDir } from './reachable-dir.js';
import { serverArguments } from './settings.js';
import { tlsSettings, type PostgresTls } from './tls.js';

export interface PostgresOptions {
  /** Folder of the cluster; made when it is not there. The log is beside it, `<dataDir>.log`. */
  readonly dataDir: string;
  /** @default a free one */
  readonly port?: number;
  /** False: nothing is forced to disk, for tests. @default true */
  readonly durable?: boolean;
  /** More server settings, or others than ours. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Offers TLS too. @default plain text only */
  readonly tls?: PostgresTls;
}

/** A running server. */
export interface Postgres {
  readonly pid: number;
  readonly port: number;
  /** URL of a database as superuser, password included. @default database 'postgres' */
  url(database?: string): string;
  /** Fulfilled with how the server ended, whoever ended it. */
  readonly exited: Promise<string>;
  /** Disconnects everyone, rolls back what is open, ends the server. Idempotent. */
  stop(): Promise<void>;
}

/** Fast shutdown, then the one that recovers at the next start, then none at all. */
const stopSignals = [
  ['SIGINT', 6_000],
  ['SIGQUIT', 2_000],
  ['SIGKILL', 2_000],
] as const;

/**
 * Starts PostgreSQL on loopback from the binaries that npm installed: as `nobody` when this process is
 * root, with a random password kept beside the data. Recovers what a killed server left. The server
 * ends when this process does, also by SIGKILL, and after the processes that the same guardian ends first.
 * @throws PostgresError
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const account = serverAccount();
  const durable = options.durable ?? true;
  const native = findBinaries(account);
  const cluster = openCluster(
    native,
    reachableDir(resolve(options.dataDir), account),
    account,
    durable,
  );
  await clearLeftover(cluster.dataDir);
  const settings = {
    ...(options.tls && tlsSettings(cluster.dataDir, options.tls, account)),
    ...options.settings,
  };
  for (let attempt = 1; ; attempt++) {
    const [free = 0] = await freePorts(1);
    const port = options.port ?? free;
    try {
      return await launch(native, cluster, port, serverArguments(durable, settings));
    } catch (error) {
      // Backends of a killed server hold its shared memory for a moment; a free port can be taken meanwhile.
      const passing = error instanceof PostgresError && error.retryable;
      if (!passing || attempt === 20) throw error;
      await sleep(100);
    }
  }
}

async function launch(
  native: string,
  cluster: Cluster,
  port: number,
  settings: string[],
): Promise<Postgres> {
  const { dataDir, password } = cluster;
  const logFile = `${dataDir}.log`;
  const log = openSync(logFile, 'w', 0o600);
  const child = spawn(
    join(native, 'bin', 'postgres'),
    ['-D', dataDir, '-p', String(port), ...settings],
    {
      ...serverAccount(),
      cwd: '/',
      detached: true,
      stdio: ['ignore', log, log],
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
    },
  );
  closeSync(log);
  const failed = new Promise<string>((done) => child.once('error', (error) => done(error.message)));
  const exited = Promise.race([ended(child), failed]);
  const forget = child.pid
    ? guard(child.pid, { stage: 1, signals: [['SIGTERM', 3_000], ...stopSignals] })
    : () => {};
  void exited.then(forget);
  let over = false;
  void exited.then(() => (over = true));
  while (!isReady(dataDir, child.pid)) {
    if (over) throw startError(await exited, logFile);
    await sleep(10);
  }
  child.unref();
  return {
    pid: child.pid ?? 0,
    port,
    exited,
    url: (database = 'postgres') =>
      `postgres://${superuser}:${password}@127.0.0.1:${port}/${database}`,
    stop: () => end(child, stopSignals),
  };
}

/** The server writes its state into the last line of its pid file. */
function isReady(dataDir: string, pid: number | undefined): boolean {
  const file = join(dataDir, 'postmaster.pid');
  if (!existsSync(file)) return false;
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines[0] === String(pid) && lines[7]?.trim() === 'ready';
}

function startError(outcome: string, logFile: string): PostgresError {
  const log = readFileSync(logFile, 'utf8').trim();
  const passing = /could not bind|shared memory block|Address already in use/.test(log);
  const tail = log.split('\n').slice(-5).join('\n');
  return new PostgresError(
    'START_FAILED',
    `PostgreSQL did not start (${outcome}), see ${logFile}:\n${tail}`,
    passing,
  );
}
