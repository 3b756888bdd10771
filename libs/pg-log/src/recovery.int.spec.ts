import { mkdtempSync, rmSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@mesh/tools/postgres';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PgLog } from './pg-log.js';
import { entry, hasRead, numbers, openTestLog, read, type TestLog } from './testing/test-log.js';

let test: TestLog;
beforeAll(async () => void (test = await openTestLog()));
afterAll(() => test.close());

it('given all its connections are cut, then reads on by itself', async () => {
  const { pool, log } = test;
  const reader = read(log);
  await log.append(pool, [entry('a', 1)]);
  log.wake();
  await hasRead(reader, 1);
  await pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()`,
  );
  await log.append(pool, [entry('a', 2)]);
  log.wake();
  await hasRead(reader, 2);
  await reader.stop();
  expect(numbers(reader.rows)).toEqual([1, 2]);
});

it('rule 24: given PostgreSQL is restarted in the middle, then the reader recovers by itself and skips nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mesh-log-'));
  chmodSync(folder, 0o711);
  const dataDir = join(folder, 'postgres');
  const first = await startPostgres({ dataDir });
  const pool = new pg.Pool({ connectionString: first.url(), max: 4 });
  pool.on('error', () => undefined);
  const log = new PgLog({ pool, schema: 'restarted' });
  await log.install();
  const readers = [read(log), read(log, { group: 'lone', from: 'start', ephemeral: true })];
  await log.append(pool, [entry('a', 1), entry('b', 2)]);
  log.wake();
  await Promise.all(readers.map((reader) => hasRead(reader, 2)));

  await first.stop();
  await expect.poll(() => readers.every(({ errors }) => errors.length > 0)).toBe(true);
  const second = await startPostgres({ dataDir, port: first.port });
  await log.append(pool, [entry('a', 3), entry('b', 4)]);
  log.wake();
  await Promise.all(readers.map((reader) => hasRead(reader, 4)));
  await Promise.all(readers.map((reader) => reader.stop()));
  for (const { rows } of readers) expect(numbers(rows).sort()).toEqual([1, 2, 3, 4]);

  await log.close();
  await pool.end();
  await second.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('given PostgreSQL stays away, then ends in bounded time', async () => {
  const pool = new pg.Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/none' });
  const log = new PgLog({ pool, schema: 'away' });
  const reader = read(log);
  await expect.poll(() => reader.errors.length).toBeGreaterThan(1);
  await reader.stop();
  await log.close();
  await pool.end();
});
