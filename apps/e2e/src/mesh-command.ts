import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../..');

export interface CommandResult {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** `npm run mesh -- …` in a process of its own, for the mesh in that folder, with nobody at the keyboard. */
export async function meshCommand(dir: string, ...args: string[]): Promise<CommandResult> {
  const child = spawn('npm', ['run', '--silent', 'mesh', '--', ...args], {
    cwd: root,
    env: { ...process.env, MESH_DIR: dir, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...said };
}
