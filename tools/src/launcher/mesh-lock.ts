import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { guardianPid } from '../processes/guardian.js';
import { identityOf } from '../processes/identity.js';
import { LaunchError } from './launch-error.js';

interface Owner {
  readonly pid: number;
  readonly identity: string | undefined;
  /** Ends what the owner started if the owner can't. */
  readonly guardian: number;
  readonly guardianIdentity: string | undefined;
}

/**
 * Makes this process the only one that runs a mesh on the folder; returns what gives it up.
 * @throws LaunchError ALREADY_RUNNING
 */
export function lockMesh(dir: string, say: (line: string) => void): Promise<() => void> {
  return lockFolder(dir, { say, refuse: (pid) => alreadyRunning(dir, pid) });
}

/**
 * Makes this process the only one that works on the folder. One that was killed is waited for: its
 * guardian may still be ending what it started.
 * @throws what `refuse` makes of the process that works on it
 */
export async function lockFolder(
  dir: string,
  { say, refuse }: { say: (line: string) => void; refuse: (pid: number) => Error },
): Promise<() => void> {
  mkdirSync(dir, { recursive: true });
  const file = join(dir, 'lock.json');
  const guardian = guardianPid();
  const owner: Owner = {
    pid: process.pid,
    identity: identityOf(process.pid),
    guardian,
    guardianIdentity: identityOf(guardian),
  };
  while (!take(file, owner)) {
    const other = read(file);
    if (runs(other?.pid, other?.identity)) throw refuse(other?.pid ?? 0);
    if (runs(other?.guardian, other?.guardianIdentity)) {
      say('What ran here was killed; waiting for what it started to end');
      while (runs(other?.guardian, other?.guardianIdentity)) await sleep(50);
    }
    if (read(file)?.pid === other?.pid) rmSync(file, { force: true });
  }
  return () => rmSync(file, { force: true });
}

function take(file: string, owner: Owner): boolean {
  // Linked into place: nobody ever reads a half-written lock.
  const own = `${file}.${process.pid}`;
  writeFileSync(own, JSON.stringify(owner));
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Undefined when there is none, or none that can be read. */
function read(file: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

function runs(pid: number | undefined, identity: string | undefined): boolean {
  return pid !== undefined && identity !== undefined && identityOf(pid) === identity;
}

function alreadyRunning(dir: string, pid: number): LaunchError {
  const endpoints = join(dir, 'endpoints.json');
  const address = existsSync(endpoints)
    ? (JSON.parse(readFileSync(endpoints, 'utf8')) as { gateway?: { http?: string } }).gateway?.http
    : undefined;
  return new LaunchError(
    'ALREADY_RUNNING',
    `A mesh already runs on ${dir} (process ${pid}${address ? `, ${address}` : ''}). ` +
      `Use that one, stop it with Ctrl-C there or: kill ${pid}. ` +
      'To run another beside it, give it a folder: MESH_DIR=.mesh-2 npm start',
  );
}
