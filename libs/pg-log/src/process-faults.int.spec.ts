import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PgLog } from './pg-log.js';
import { entry, hasRead, numbers, openTestLog, read, type TestLog } from './testing/test-log.js';

const LEASE_MS = 900;
const EXEC = fileURLToPath(new URL('../../../tools/exec.mjs', import.meta.url));
const READER = fileURLToPath(new URL('./testing/reader-process.ts', import.meta.url));

let test: TestLog;
beforeAll(async () => void (test = await openTestLog()));
afterAll(() => test.close());

interface ReaderProcess {
  readonly child: ChildProcess;
  readonly lines: string[];
}
const started: ChildProcess[] = [];
afterEach(() => started.splice(0).forEach((child) => child.kill('SIGKILL')));

function startReader(schema: string): ReaderProcess {
  const child = spawn(process.execPath, [EXEC, READER, test.url, schema, `${LEASE_MS}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  const lines: string[] = [];
  child.stdout.on('data', (text) => lines.push(...`${text}`.trim().split('\n')));
  return { child, lines };
}

async function filledLog(schema: string): Promise<PgLog> {
  const log = new PgLog({ pool: test.pool, schema });
  await log.install();
  await log.append(
    test.pool,
    Array.from({ length: 200 }, (_, n) => entry(`k${n % 20}`, n)),
  );
  return log;
}

const readBy = ({ lines }: ReaderProcess) =>
  lines.filter((line) => line.startsWith('read ')).map((line) => Number(line.slice(5)));

const everything = Array.from({ length: 200 }, (_, n) => n);

describe('a reader process', () => {
  it('killed in the middle: another one takes over and nothing is skipped', async () => {
    const log = await filledLog('killed');
    const killed = startReader('killed');
    await expect.poll(() => killed.lines.length, { timeout: 20_000 }).toBeGreaterThan(0);
    killed.child.kill('SIGKILL');
    await once(killed.child, 'exit');
    const next = read(log, { leaseMs: LEASE_MS });
    await expect
      .poll(() => new Set([...readBy(killed), ...numbers(next.rows)]).size, { timeout: 10_000 })
      .toBe(200);
    await next.stop();
    await log.close();
  });

  it('stopped past its lease: can not move the cursor when it goes on', async () => {
    const log = await filledLog('stopped');
    const stopped = startReader('stopped');
    await expect.poll(() => stopped.lines.length, { timeout: 20_000 }).toBeGreaterThan(0);
    stopped.child.kill('SIGSTOP');
    const next = read(log, { leaseMs: LEASE_MS });
    await expect
      .poll(() => new Set([...readBy(stopped), ...numbers(next.rows)]).size, { timeout: 10_000 })
      .toBe(200);
    const before = stopped.lines.length;
    stopped.child.kill('SIGCONT');
    await expect.poll(() => stopped.lines, { timeout: 10_000 }).toContain('error LEASE_LOST');
    await expect
      .poll(async () => {
        const { rows } = await test.pool.query(
          `select count(distinct owner)::int as owners from stopped.cursor`,
        );
        return rows[0].owners;
      })
      .toBe(2);
    await log.append(test.pool, [entry('last', 200)]);
    log.wake();
    await expect
      .poll(() => new Set([...readBy(stopped), ...numbers(next.rows)]).has(200))
      .toBe(true);
    stopped.child.kill('SIGTERM');
    await once(stopped.child, 'exit');
    await next.stop();
    const again = read(log, { pollMs: 10 });
    await again.ready;
    await log.append(test.pool, [entry('end', 201)]);
    log.wake();
    await hasRead(again, 1);
    await again.stop();
    await log.close();
    expect(numbers(again.rows)).toEqual([201]);
    // What it held when it was stopped was refused, so it read nothing of it a second time.
    expect(stopped.lines.slice(before).filter((line) => line.startsWith('read'))).toHaveLength(
      readBy(stopped).includes(200) ? 1 : 0,
    );
    expect(new Set([...readBy(stopped), ...numbers(next.rows)])).toEqual(
      new Set([...everything, 200]),
    );
  });
});
