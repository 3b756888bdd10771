import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * Stops a process and its children where they are (SIGSTOP), connections open and nothing answered. The
 * result lets them go on.
 */
export async function freeze(pid: number): Promise<() => void> {
  // First the process itself, so that it starts no other child meanwhile.
  process.kill(pid, 'SIGSTOP');
  const frozen = [pid, ...(await childrenOf(pid))];
  for (const child of frozen.slice(1)) signal(child, 'SIGSTOP');
  return () => {
    for (const one of frozen) signal(one, 'SIGCONT');
  };
}

/** Those that it started itself and that still run. */
export async function childrenOf(parent: number): Promise<readonly number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'ppid=', '-o', 'pid=']);
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([of]) => of === parent)
    .map(([, pid]) => Number(pid));
}

/** One that has ended meanwhile is none of ours. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
