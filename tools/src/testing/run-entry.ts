import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../root.js';

export interface RunningEntry {
  readonly child: ChildProcess;
  /** All that it has printed. */
  output(): string;
}

/** Runs TypeScript text that may import from tools/src as a process of its own. */
export function runText(text: string, name: string): RunningEntry {
  const file = join(root, 'dist', 'tools', `${name}-${process.pid}.ts`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text.replaceAll("'@tools/", `'${join(root, 'tools/src')}/`));
  const child = spawn(process.execPath, [join(root, 'tools/exec.mjs'), file], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => (output += part));
  return { child, output: () => output };
}
