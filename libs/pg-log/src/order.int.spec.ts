import type pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { entry, openTestLog, read, type TestLog } from './testing/test-log.js';

const KEYS = 8;
const PRODUCERS = 12;
const EVENTS_EACH = 60;

let test: TestLog;
beforeAll(async () => {
  test = await openTestLog();
  await test.pool.query(`
    create table aggregate (key text primary key, version int not null default 0);
    insert into aggregate select 'k' || n from generate_series(0, ${KEYS - 1}) n;
    create table inbox (id bigint generated always as identity, note text)`);
});
afterAll(() => test.close());

/** Like a real handler: has a transaction id before it waits for the aggregate's lock; some roll back. */
async function produce(client: pg.PoolClient): Promise<number> {
  let committed = 0;
  for (let n = 0; n < EVENTS_EACH; n++) {
    const key = `k${Math.floor(Math.random() * KEYS)}`;
    await client.query('begin');
    await client.query(`insert into inbox (note) values ('x')`);
    if (Math.random() < 0.5) await sleep(Math.random() * 8);
    const { rows } = await client.query<{ version: number }>(
      'update aggregate set version = version + 1 where key = $1 returning version',
      [key],
    );
    await test.log.append(client, [entry(key, rows[0]?.version ?? 0)]);
    if (Math.random() < 0.3) await sleep(Math.random() * 4);
    const rollback = Math.random() < 0.1;
    await client.query(rollback ? 'rollback' : 'commit');
    test.log.wake();
    if (!rollback) committed += 1;
  }
  return committed;
}

it('rule 20: given producers that commit in another order than they insert, beside long transactions, when two readers share a group, then nothing is skipped and each key is in order', async () => {
  const bystander = await test.pool.connect();
  await bystander.query('begin');
  await bystander.query('select pg_current_xact_id()');
  const readers = [read(test.log, { batch: 50 }), read(test.log, { batch: 50 })];
  const clients = await Promise.all(Array.from({ length: PRODUCERS }, () => test.pool.connect()));
  const committed = (await Promise.all(clients.map(produce))).reduce((sum, n) => sum + n, 0);
  const rows = () => readers.flatMap((reader) => reader.rows);
  await expect.poll(() => rows().length, { timeout: 20_000 }).toBe(committed);
  await bystander.query('rollback');
  for (const client of [...clients, bystander]) client.release();
  await Promise.all(readers.map((reader) => reader.stop()));

  expect(rows().length).toBe(committed);
  for (const reader of readers) {
    for (const [key, ofKey] of Map.groupBy(reader.rows, (row) => row.key)) {
      const versions = ofKey.map(({ headers }) => Number(headers['n']));
      expect(versions, `key ${key}`).toEqual([...versions].sort((a, b) => a - b));
    }
  }
});
