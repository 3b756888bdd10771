import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { root } from '../root.js';
import { guard } from './guardian.js';

export interface RunOptions {
  /** @default the root of the workspace */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** `inherit`: the output goes to this terminal as it comes; `collect`: into the result. @default 'collect' */
  readonly output?: 'inherit' | 'collect';
}

export interface RunResult {
  readonly code: number;
  readonly output: string;
}

const running = new Set<number>();

/**
 * Runs a program of node_modules/.bin or of the machine to its end. Fulfilled also
 * when it fails or is not there; then `code` is not 0. It and what it started end with this process.
 */
export function runProgram(
  program: string,
  args: readonly string[],
  { cwd = root, env = {}, output = 'collect' }: RunOptions = {},
): Promise<RunResult> {
  const stdio = output === 'inherit' ? 'inherit' : 'pipe';
  const child = spawn(program, args, {
    cwd,
    detached: true,
    stdio: ['ignore', stdio, stdio],
    env: { ...process.env, PATH: binFirst(), ...env },
  });
  let text = '';
  child.stdout?.on('data', (part: Buffer) => (text += part));
  child.stderr?.on('data', (part: Buffer) => (text += part));
  const { pid } = child;
  if (pid) running.add(pid);
  const forget = pid
    ? guard(pid, {
        group: true,
        signals: [
          ['SIGTERM', 5_000],
          ['SIGKILL', 1_000],
        ],
      })
    : () => {};
  return new Promise((done) => {
    const settle = (code: number) => {
      if (pid) running.delete(pid);
      forget();
      done({ code, output: text });
    };
    child.once('error', (error) => {
      text += `${program} did not start: ${error.message}\n`;
      settle(1);
    });
    child.once('close', (code) => settle(code ?? 1));
  });
}

/** Passes the signal on to every program that runs now. */
export function signalPrograms(signal: NodeJS.Signals): void {
  for (const pid of running) process.kill(-pid, signal);
}

function binFirst(): string {
  return [join(root, 'node_modules/.bin'), process.env.PATH ?? ''].join(delimiter);
}
