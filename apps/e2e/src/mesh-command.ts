import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { run } from '@mesh/cli/run';

const root = resolve(import.meta.dirname, '../../..');

export interface CommandResult {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** What `npm run mesh -- …` runs, in this process: a second of CPU less for each of many. */
export async function meshCommand(dir: string, ...args: string[]): Promise<CommandResult> {
  const said = { out: '', err: '' };
  const code = await run(args, {
    say: (line) => (said.out += `${line}\n`),
    warn: (line) => (said.err += `${line}\n`),
    env: environmentFor(dir),
  });
  return { code, ...said };
}

/** `npm run mesh -- …` in a process of its own, for the mesh in that folder, with nobody at the keyboard. */
export async function meshProcess(dir: string, ...args: string[]): Promise<CommandResult> {
  const child = spawn('npm', ['run', '--silent', 'mesh', '--', ...args], {
    cwd: root,
    env: environmentFor(dir),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...said };
}

const environmentFor = (dir: string) => ({ ...process.env, MESH_DIR: dir, NO_COLOR: '1' });
