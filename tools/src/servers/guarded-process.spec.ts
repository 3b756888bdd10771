import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, describe, expect, it } from 'vitest';
import { freePorts } from './free-ports.js';
import { startGuarded } from './guarded-process.js';
import { waitUntilListening } from './wait-until-listening.js';

const folder = mkdtempSync(join(tmpdir(), 'mesh-guarded-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const shell = (script: string, graceMs = 5000) =>
  startGuarded({
    name: 'Test server',
    command: '/bin/sh',
    args: ['-c', script],
    logFile: join(folder, 'server.log'),
    graceMs,
  });

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // One that ended and was not collected yet is a zombie.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('a guarded process', () => {
  it('ends with stop, and with it what it started', async () => {
    const pidFile = join(folder, 'child.pid');
    const server = await shell(`sleep 600 & echo $! > ${pidFile}; wait`);
    await expect.poll(() => Number(readFileSync(pidFile, 'utf8'))).toBeGreaterThan(0);
    await server.stop();
    await expect.poll(() => lives(server.pid)).toBe(false);
    await expect.poll(() => lives(Number(readFileSync(pidFile, 'utf8')))).toBe(false);
  });

  it('given it ignores SIGTERM, when stopped, then it is killed after the grace', async () => {
    const server = await shell('trap "" TERM; echo deaf; while :; do sleep 0.1; done', 300);
    await expect.poll(() => server.logTail()).toContain('deaf');
    await server.stop();
    await expect.poll(() => lives(server.pid)).toBe(false);
  });

  it('given its parent is killed with SIGKILL, then it ends', async () => {
    const bundle = await rolldown({
      input: join(import.meta.dirname, 'guarded-process.ts'),
      platform: 'node',
    });
    await bundle.write({ file: join(folder, 'guarded-process.mjs'), format: 'esm' });
    const parentFile = join(folder, 'parent.mjs');
    writeFileSync(
      parentFile,
      `import { startGuarded } from './guarded-process.mjs';
       const server = await startGuarded({ name: 'x', command: 'sleep', args: ['600'],
         logFile: '${join(folder, 'orphan.log')}', graceMs: 1000 });
       console.log(server.pid);`,
    );
    const parent = spawn(process.execPath, [parentFile], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(String(line));
    expect(lives(pid)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => lives(pid), { timeout: 5000 }).toBe(false);
  });

  it('given it ends while it starts, then the error has the end of its log', async () => {
    const server = await shell('echo "the disk is full"; exit 1');
    const [port] = (await freePorts(1)) as [number];
    const waiting = waitUntilListening({ name: 'Test server', port, server, timeoutMs: 5000 });
    await expect(waiting).rejects.toMatchObject({
      code: 'SERVER_FAILED',
      message: expect.stringMatching(
        /^Test server ended while it started\. The end of its log:\n[^]*the disk is full$/,
      ),
    });
  });
});
