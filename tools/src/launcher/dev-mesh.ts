import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identityOf } from '../processes/identity.js';
import type { Environment } from './environment.js';
import type { Endpoints } from './services.js';

/** What the infrastructure task of `nx serve` tells the tasks of the services, which are other processes. */
export interface DevMesh {
  readonly environments: Readonly<Record<string, Environment>>;
  readonly endpoints: Endpoints;
}

interface Written extends DevMesh {
  readonly pid: number;
  readonly identity: string | undefined;
}

const fileOf = (dir: string) => join(dir, 'dev-mesh.json');

/** Publishes it until the returned function is called. */
export function publishDevMesh(dir: string, mesh: DevMesh): () => void {
  const file = fileOf(dir);
  const written: Written = { ...mesh, pid: process.pid, identity: identityOf(process.pid) };
  // It has the password of the databases.
  writeFileSync(`${file}.new`, JSON.stringify(written), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return () => rmSync(file, { force: true });
}

/** What the running infrastructure task published; waits for it. Undefined when the signal comes first. */
export async function awaitDevMesh(dir: string, signal: AbortSignal): Promise<DevMesh | undefined> {
  while (!signal.aborted) {
    const found = read(fileOf(dir));
    if (found) return found;
    await sleep(50, undefined, { signal }).catch(() => {});
  }
  return undefined;
}

function read(file: string): Written | undefined {
  if (!existsSync(file)) return undefined;
  const written = JSON.parse(readFileSync(file, 'utf8')) as Written;
  // One that was killed left its file.
  return written.identity !== undefined && identityOf(written.pid) === written.identity
    ? written
    : undefined;
}
