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

const guarded = new Map<number, object>();
let guardian: ChildProcess | undefined;

/**
 * Ends the process `pid` when this process dies in whatever way, SIGKILL included. One helper
 * process serves all guarded ones; it ends with them. Returns what takes the pid off its list, to
 * be called when that process has ended: the number may belong to another one later.
 */
export function guard(pid: number, options: GuardOptions): () => void {
  const { signals, stage = 0, group = false } = options;
  const order = { pid, stage, group, signals };
  guarded.set(pid, order);
  tell({ guard: order });
  return () => {
    guarded.delete(pid);
    tell({ forget: pid });
  };
}

/** The helper process; started when there is none. */
export function guardianPid(): number {
  return running().pid ?? 0;
}

function tell(order: object): void {
  running().stdin?.write(`${JSON.stringify(order)}\n`);
}

function running(): ChildProcess {
  if (guardian) return guardian;
  const child = spawn(process.execPath, [join(root, 'tools/guardian.mjs')], {
    // A group of its own: Ctrl-C and a kill of this process's group do not reach it.
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
    env: {},
  });
  guardian = child;
  child.unref();
  const { stdin } = child;
  if (stdin && 'unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  stdin?.on('error', () => {});
  child.once('exit', replace);
  for (const order of guarded.values()) tell({ guard: order });
  return child;
}

/** Someone ended it: another one takes over, with the whole list. */
function replace(): void {
  guardian = undefined;
  if (guarded.size > 0) running();
}
