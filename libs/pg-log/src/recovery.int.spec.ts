import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPostgres, type Postgres } from '@mesh/tools/postgres';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PgLog } from './pg-log.js';
import {
  entry,
  hasRead,
  hasReadAtLeastOnce,
  numbers,
  openTestLog,
  read,
  type TestLog,
} from './testing/test-log.js';

describe('a reader whose connections are cut', () => {
  let test: TestLog;
  beforeAll(async () => void (test = await openTestLog()));
  afterAll(() => test.close());

  it('goes on by itself; what is under way is not handed over a second time before it ends', async () => {
    const { pool, log } = test;
    const finish = Promise.withResolvers<void>();
    const reader = read(log, {}, (rows) =>
      numbers(rows).includes(1) && !finished ? finish.promise : Promise.resolve(),
    );
    let finished = false;
    await log.append(pool, [entry('a', 1)]);
    log.wake();
    await hasRead(reader, 1);
    const [lease] = await leases(pool);
    await pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await log.append(pool, [entry('a', 2)]);
    log.wake();
    await expect.poll(() => reader.rows[0]?.signal.aborted).toBe(true);
    await expect.poll(async () => (await leases(pool))[0] !== lease).toBe(true);
    expect(numbers(reader.rows)).toEqual([1]);
    finished = true;
    finish.resolve();
    await hasRead(reader, 3);
    await reader.stop();
    expect(numbers(reader.rows)).toEqual([1, 1, 2]);
  });

  async function leases(pool: pg.Pool): Promise<string[]> {
    const { rows } = await pool.query('select fence from test_log.cursor order by partition');
    return rows.map(({ fence }) => fence);
  }
});

describe('rule 24: given PostgreSQL', () => {
  let folder: string;
  let server: Postgres;
  let pool: pg.Pool;
  let log: PgLog;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mesh-log-'));
    chmodSync(folder, 0o711);
    server = await startPostgres({ dataDir: join(folder, 'postgres') });
    pool = new pg.Pool({ connectionString: server.url(), max: 4 });
    pool.on('error', () => undefined);
    log = new PgLog({ pool, schema: 'test_log' });
    await log.install();
  });

  afterEach(async () => {
    await log.close();
    await pool.end();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function startAgain(): Promise<void> {
    server = await startPostgres({ dataDir: join(folder, 'postgres'), port: server.port });
  }

  it('is restarted, then readers recover by themselves and skip nothing', async () => {
    const readers = [read(log), read(log, { group: 'lone', from: 'start', ephemeral: true })];
    await log.append(pool, [entry('a', 1), entry('b', 2)]);
    log.wake();
    await Promise.all(readers.map((reader) => hasRead(reader, 2)));
    await server.stop();
    await expect.poll(() => readers.every(({ errors }) => errors.length > 0)).toBe(true);
    await startAgain();
    await log.append(pool, [entry('a', 3), entry('b', 4)]);
    log.wake();
    await Promise.all(readers.map((reader) => hasReadAtLeastOnce(reader, [1, 2, 3, 4])));
    await Promise.all(readers.map((reader) => reader.stop()));
  });

  it('is killed and gives transaction ids out again, then no event of theirs is skipped', async () => {
    const readers = [read(log), read(log, { group: 'lone', from: 'start', ephemeral: true })];
    const confirmed: number[] = [];
    let stopped = false;
    let next = 0;
    const appending = Promise.all(
      Array.from({ length: 4 }, async (_, producer) => {
        while (!stopped) {
          const n = next++;
          try {
            await log.append(pool, [entry(`k${producer}`, n)]);
            confirmed.push(n);
          } catch {
            // The server is away.
          }
          await sleep(10);
        }
      }),
    );
    // Takes many ids that are on no disk when the server dies, and has the readers see them as over.
    const burning = (async () => {
      while (!stopped) {
        await pool.query('begin; select pg_current_xact_id(); rollback').catch(() => sleep(20));
        log.wake();
      }
    })();
    for (let round = 1; round <= 3; round++) {
      const before = confirmed.length;
      await expect.poll(() => confirmed.length, { timeout: 20_000 }).toBeGreaterThan(before + 200);
      process.kill(server.pid, 'SIGKILL');
      await server.exited;
      await startAgain();
    }
    const before = confirmed.length;
    await expect.poll(() => confirmed.length, { timeout: 20_000 }).toBeGreaterThan(before + 200);
    stopped = true;
    await Promise.all([appending, burning]);
    const missing = () =>
      readers.map(({ rows }) => {
        const seen = new Set(numbers(rows));
        return confirmed.filter((n) => !seen.has(n)).length;
      });
    await expect.poll(missing, { timeout: 20_000 }).toEqual([0, 0]);
    await Promise.all(readers.map((reader) => reader.stop()));
  });

  it('stays away, then a reader ends in bounded time', async () => {
    const reader = read(log);
    await reader.ready;
    await server.stop();
    await expect.poll(() => reader.errors.length).toBeGreaterThan(1);
    await reader.stop();
  });
});
