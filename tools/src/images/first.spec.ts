import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../root.js';

/** @returns the exit code and the signal that ended a process which is told to end once it runs */
async function ended(script: string): Promise<unknown[]> {
  const first = join(root, 'tools/image/first.mjs');
  const said = "setInterval(() => {}, 1000); console.log('runs')";
  const child = spawn(process.execPath, ['--import', first, '--eval', `${script}; ${said}`]);
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  return once(child, 'exit');
}

it('given a service that has no handler yet, when told to end, then ends by itself', async () => {
  expect(await ended('')).toEqual([143, null]);
});

it('given a service that has its own, when told to end, then leaves it to that', async () => {
  expect(await ended("process.on('SIGTERM', () => process.exit(7))")).toEqual([7, null]);
});
