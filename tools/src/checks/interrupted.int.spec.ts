import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../root.js';
import { eventually } from '../testing/eventually.js';

it('given Ctrl-C in npm test, then it says so, ends with 130, and counts nothing that it stopped', async () => {
  const args = [join(root, 'tools/exec.mjs'), 'tools/src/test.ts', 'format'];
  const test = spawn(process.execPath, args, { cwd: root });
  let output = '';
  for (const stream of [test.stdout, test.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = once(test, 'exit');
  await eventually('the check begins', () => output.includes('… format'));
  test.kill('SIGINT');
  expect(await ended).toEqual([130, null]);
  expect(output).toMatch(/\n– format: interrupted\n/);
  expect(output.trimEnd()).toMatch(/\nInterrupted\b.*\n0 passed, 0 failed, 0 skipped$/);
});
