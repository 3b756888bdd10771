import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lockFolder } from '@mesh/tools/launcher';

const PREFIX = 'mesh-chaos-';

/** The folder of one run. */
export interface RunFolder {
  readonly dir: string;
  /** Removes it, unless it is to be kept; a kept one is left alone by later runs. */
  close(options: { readonly keep: boolean }): Promise<void>;
}

/**
 * Makes a folder in `parent`, and removes those of runs that were killed: their guardians have ended, or are
 * waited for until they have ended, what those runs had started. Folders that a run has kept stay.
 */
export async function openRunFolder(
  parent: string,
  say: (line: string) => void,
): Promise<RunFolder> {
  await removeAbandoned(parent, say);
  const dir = mkdtempSync(join(parent, PREFIX));
  chmodSync(dir, 0o711);
  mkdirSync(join(dir, 'logs'));
  const unlock = await lockRun(dir, say);
  return {
    dir,
    close: async ({ keep }) => {
      if (!keep) await rm(dir, { recursive: true, force: true, maxRetries: 5 });
      unlock();
    },
  };
}

async function removeAbandoned(parent: string, say: (line: string) => void): Promise<void> {
  for (const name of readdirSync(parent).filter((one) => one.startsWith(PREFIX))) {
    const dir = join(parent, name);
    // Without it somebody kept the folder, or just makes it.
    if (!existsSync(join(dir, 'run', 'lock.json'))) continue;
    try {
      const unlock = await lockRun(dir, say);
      say(`Removing ${dir}, which a run that was killed has left`);
      await rm(dir, { recursive: true, force: true, maxRetries: 5 });
      unlock();
    } catch {
      // It runs, or is somebody else's.
    }
  }
}

/** Beside the lock of the mesh in the same folder. */
function lockRun(dir: string, say: (line: string) => void): Promise<() => void> {
  const refuse = (pid: number) => new Error(`Process ${pid} runs on ${dir}`);
  return lockFolder(join(dir, 'run'), { say, refuse });
}
