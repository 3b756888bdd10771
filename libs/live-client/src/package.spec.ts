import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const modules = join(root, 'node_modules');
const run = (cwd: string, program: string, ...args: string[]) =>
  execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

it('given a project elsewhere, when it installs the packed client, then Node runs it and the compiler knows its types', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mesh-live-client-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const packed = run(root, process.execPath, 'libs/live-client/pack.mjs', folder)
    .split('\n')
    .at(-1);
  const installed = join(folder, 'app/node_modules/@mesh/live-client');
  mkdirSync(installed, { recursive: true });
  run(installed, 'tar', 'xzf', packed ?? '', '--strip-components=1');
  symlinkSync(join(modules, 'socket.io-client'), join(folder, 'app/node_modules/socket.io-client'));
  const app = join(folder, 'app');

  const use = `import { connectLive, LiveError } from '@mesh/live-client';
const live = connectLive({ url: 'http://127.0.0.1:9', token: async () => 'none' });
live.close();
console.log(typeof live.follow, LiveError.name);`;
  expect(run(app, process.execPath, '--input-type=module', '-e', use)).toBe('function LiveError');

  const wrong = '// @ts-expect-error there is no such method\nlive.pursue();';
  writeFileSync(join(app, 'use.ts'), `${use}\n${wrong}\n`);
  writeFileSync(join(app, 'package.json'), '{"type":"module"}');
  const strict = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--module', 'nodenext'];
  const options = [...strict, '--target', 'es2024', '--lib', 'es2024,dom', 'use.ts'];
  expect(run(app, process.execPath, join(modules, 'typescript/bin/tsc'), ...options)).toBe('');
}, 60_000);
