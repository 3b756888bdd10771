import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresError } from './errors.js';

/**
 * Clears what an earlier server left in `dataDir`: ends one that still runs, and removes the pid file
 * of one that does not (its number may be another program's by now, and PostgreSQL would then refuse).
 * @throws PostgresError IN_USE when a running server does not end
 */
export async function clearLeftover(dataDir: string): Promise<void> {
  const file = join(dataDir, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  if (!isServerOf(pid, dataDir)) {
    rmSync(file, { force: true });
    return;
  }
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    process.kill(pid, signal);
    for (const until = Date.now() + 5_000; Date.now() < until; await sleep(20)) {
      if (!isServerOf(pid, dataDir)) return;
    }
  }
  throw new PostgresError(
    'IN_USE',
    `PostgreSQL ${pid} uses ${dataDir} and does not end; stop it by hand`,
    true,
  );
}

function isServerOf(pid: number, dataDir: string): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const commandLine = `/proc/${pid}/cmdline`;
  // Without /proc the pid alone must do, as it does for PostgreSQL itself.
  if (!existsSync('/proc/self/cmdline')) return true;
  return existsSync(commandLine) && readFileSync(commandLine, 'utf8').split('\0').includes(dataDir);
}
