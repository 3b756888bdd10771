import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../root.js';

export interface GuardOptions {
  /** Signals in turn, each with the milliseconds given to it before the next. */
  readonly signals: readonly (readonly [NodeJS.Signals, number])[];
  /** Lower stages end first: those who use a server before the server. @default 0 */
  readonly stage?: number;
  /** The process leads a process group, and all of it is meant. @default false */
  readonly group?: boolean;
}

let guardian: ChildProcess | undefined;

/**
 * Ends the process `pid` when this process dies in whatever way, SIGKILL included. One helper
 * process serves all guarded ones; it ends with them. Returns what takes the pid off its list, to
 * be called when that process has ended: the number may belong to another one later.
 */
export function guard(pid: number, options: GuardOptions): () => void {
  const { signals, stage = 0, group = false } = options;
  tell({ guard: { pid, stage, group, signals } });
  return () => tell({ forget: pid });
}

/** The helper process; started when there is none. */
export function guardianPid(): number {
  guardian ??= start();
  return guardian.pid ?? 0;
}

function tell(order: object): void {
  guardian ??= start();
  guardian.stdin?.write(`${JSON.stringify(order)}\n`);
}

function start(): ChildProcess {
  const child = spawn(process.execPath, [join(root, 'tools/guardian.mjs')], {
    // A group of its own: Ctrl-C and a kill of this process's group do not reach it.
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
    env: {},
  });
  child.unref();
  const { stdin } = child;
  if (stdin && 'unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  // Gone before us: the next order starts another one, which does not know the earlier ones.
  stdin?.on('error', () => {});
  return child;
}
