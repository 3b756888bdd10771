import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type Postgres } from '@mesh/tools/postgres';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PgLog } from './pg-log.js';
import { entry, hasRead, numbers, openTestLog, read, type TestLog } from './testing/test-log.js';
import { restoreLog } from './testing/restore-log.js';

/** A server of its own, much younger than the tests' one: its transaction ids are lower. */
let young: Postgres;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'restored-'));
  young = await startPostgres({ dataDir: join(folder, 'postgres'), durable: false });
}, 60_000);
afterAll(async () => {
  await young.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a log that was restored onto another server', () => {
  let old: TestLog;
  let pool: pg.Pool;
  let log: PgLog;
  let database = 0;

  /** Five rows of a key, of which the group had read three when the copy was made. */
  beforeEach(async () => {
    old = await openTestLog(1);
    await old.pool.query(
      'do $$ begin for n in 1..3000 loop perform pg_current_xact_id(); commit; end loop; end $$',
    );
    const reader = read(old.log);
    for (const n of [1, 2, 3]) await old.log.appendNow([entry('k', n)]);
    await hasRead(reader, 3);
    await reader.stop();
    for (const n of [4, 5]) await old.log.appendNow([entry('k', n)]);
    const name = `restored_${++database}`;
    const admin = new pg.Client({ connectionString: young.url() });
    await admin.connect();
    await admin.query(`create database ${name}`);
    await admin.end();
    pool = new pg.Pool({ connectionString: young.url(name) });
    pool.on('error', () => undefined);
    log = new PgLog({ pool, schema: 'test_log', partitions: 1 });
    await log.install();
    await restoreLog(old.pool, pool, 'test_log');
    return async () => {
      await log.close();
      await pool.end();
      await old.close();
    };
  });

  it('given rows whose transaction ids are still to come here, when reset from the start, then reads all in order, and what is new behind them', async () => {
    const { rows } = await pool.query(
      'select bool_and(xid >= pg_snapshot_xmax(pg_current_snapshot())) as future from test_log.entry',
    );
    expect(rows).toEqual([{ future: true }]);
    await log.appendNow([entry('k', 6)]);
    await expect(read(log).ended).rejects.toMatchObject({ code: 'CURSOR_FOREIGN' });
    expect(await log.planReset('g')).toEqual({ kept: 6, unfinished: 2 });
    await log.resetGroup(pool, 'g', 'start');
    const reader = read(log);
    await hasRead(reader, 6);
    await log.appendNow([entry('k', 7)]);
    await hasRead(reader, 7);
    await reader.stop();
    expect(numbers(reader.rows)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('given the same, when reset from the end, then reads only what commits from then on, also once the ids have come', async () => {
    await log.resetGroup(pool, 'g', 'end');
    const reader = read(log);
    await reader.ready;
    await log.appendNow([entry('k', 8)]);
    await hasRead(reader, 1);
    const { rows } = await pool.query(
      "select count(*)::int as n from test_log.entry where xid = '3'",
    );
    expect(rows).toEqual([{ n: 5 }]);
    await log.appendNow([entry('k', 9)]);
    await hasRead(reader, 2);
    await reader.stop();
    expect(numbers(reader.rows)).toEqual([8, 9]);
  });

  it('says to whom the cursor is bound', async () => {
    const state = await log.groupState('g');
    expect(state).toMatchObject({ boundTo: (await old.log.groupState('g')).here, members: 0 });
    expect(state.here).not.toBe(state.boundTo);
    expect(state.partitions).toEqual([{ partition: 0, owner: null, leaseMs: 0 }]);
    await log.resetGroup(pool, 'g', 'end');
    expect(await log.groupState('g')).toMatchObject({ boundTo: state.here });
  });

  it('given the cursor is of this database, when reset, then refuses and changes nothing', async () => {
    const { here } = await old.log.groupState('g');
    await expect(old.log.resetGroup(old.pool, 'g', 'start')).rejects.toMatchObject({
      code: 'CURSOR_OWN',
      message: `The cursor of group "g" in log "test_log" belongs to this database, ${here}: there is nothing to reset`,
    });
    expect(await old.log.planReset('g')).toEqual({ kept: 5, unfinished: 2 });
  });

  it('given two reset it at once, then one of them does', async () => {
    const outcomes = await Promise.allSettled([
      log.resetGroup(pool, 'g', 'start'),
      log.resetGroup(pool, 'g', 'end'),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});
