import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { entry, hasRead, numbers, read as readLog, type TestReader } from '../testing/test-log.js';
import { soon, WalServer, type TestWalLog } from '../testing/wal-server.js';
import type { PgLog } from '../pg-log.js';
import type { OnRows, ReaderOptions } from '../reader-options.js';
import type { WalLog } from './wal-log.js';

let server: WalServer;
let test: TestWalLog;
const readers: TestReader[] = [];
beforeAll(async () => void (server = await WalServer.start()));
afterAll(() => server.close());
beforeEach(async () => void (test = await server.openLog()));
afterEach(async () => {
  await Promise.all(readers.splice(0).map((reader) => reader.stop().catch(() => undefined)));
});

function read(log: WalLog, options: Partial<ReaderOptions> = {}, onRows?: OnRows): TestReader {
  const reader = readLog(log as unknown as PgLog, { leaseMs: 10_000, ...options }, onRows);
  readers.push(reader);
  return reader;
}

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

describe('a log in the WAL', () => {
  it('hands over whole entries in the order of commits, and nothing of a rollback', async () => {
    const { pool, log } = test;
    const reader = read(log);
    const early = await pool.connect();
    await early.query('begin');
    await log.append(early, [entry('a', 2)]);
    await log.append(pool, [entry('b', 0), entry('b', 1)]);
    await early.query('commit');
    await early.query('begin');
    await log.append(early, [entry('a', 99)]);
    await early.query('rollback');
    early.release();
    const bytes = Buffer.from([0, 1, 255]);
    await log.append(pool, [
      entry(null, 3, { routingKey: null, headers: { n: '3', ce_ü: '"é\\' }, body: bytes }),
    ]);
    await hasRead(reader, 4);
    expect(numbers(reader.rows)).toEqual([0, 1, 2, 3]);
    expect(reader.rows[3]).toMatchObject({
      ...{ stream: 'jobs', key: null, routingKey: null, body: bytes },
      headers: { n: '3', ce_ü: '"é\\' },
      appendedAt: expect.any(Date),
    });
    expect(reader.rows[0]).toMatchObject(entry('b', 0));
    expect(Math.abs(Date.now() - Number(reader.rows[3]?.appendedAt))).toBeLessThan(60_000);
  });

  it('hands over what is no entry of ours as it is, without a key, and goes on', async () => {
    const { pool, log } = test;
    const reader = read(log);
    for (const text of ['garbage', '\\x01', '\\x0100000000000000000000000c6e6f7065'])
      await pool.query('select pg_logical_emit_message(true, $1, $2::bytea)', ['test_log', text]);
    await log.append(pool, [entry('a', 1)]);
    await hasRead(reader, 4);
    expect(reader.rows.map(({ stream, key }) => ({ stream, key }))).toEqual([
      { stream: '(WAL message of format 103)', key: null },
      { stream: '(WAL message of format 1)', key: null },
      { stream: '(WAL message of format 1)', key: null },
      { stream: 'jobs', key: 'a' },
    ]);
  });

  it('goes on behind a rejected row with other keys, and with its own in order', async () => {
    const { pool, log } = test;
    let refused = true;
    const reader = read(log, { retry: { minMs: 5, maxMs: 20 } }, (rows) =>
      rows.map(async ({ key }) => {
        if (key === 'held' && refused) throw new Error('refused');
      }),
    );
    await log.append(pool, [entry('held', 1), entry('other', 1), entry('held', 2)]);
    await soon(() => numbers(reader.rows.filter(({ key }) => key === 'other'))).toEqual([1]);
    refused = false;
    await soon(() => numbers(reader.rows.filter(({ key }) => key === 'held')).slice(-2)).toEqual([
      1, 2,
    ]);
  });

  it('keeps little in memory of a transaction that is larger than its window', async () => {
    const { pool, log } = test;
    let unfinished = 0;
    let most = 0;
    const reader = read(log, { batch: 500 }, async (rows) => {
      most = Math.max(most, (unfinished += rows.length));
      await turn();
      unfinished -= rows.length;
    });
    const client = await pool.connect();
    await client.query('begin');
    for (let n = 0; n < 40_000; n += 1000)
      await log.append(
        client,
        upTo(1000).map((m) => entry(`k${m % 50}`, n + m)),
      );
    await client.query('commit');
    client.release();
    await hasRead(reader, 40_000);
    expect(numbers(reader.rows)).toEqual(upTo(40_000));
    expect(most).toBeLessThanOrEqual(500);
  });

  it('after a restart goes on where it was', async () => {
    const { pool, log } = test;
    const first = read(log);
    await log.append(pool, [entry('a', 1)]);
    await hasRead(first, 1);
    await first.stop();
    await log.append(pool, [entry('a', 2)]);
    const second = read(log);
    await hasRead(second, 1);
    expect(numbers(second.rows)).toEqual([2]);
  });

  it('skips nothing, whenever a reader ends beside transactions that overlap', async () => {
    const { pool, log } = test;
    const seen = new Set<number>();
    let writing = true;
    const write = async (writer: number) => {
      for (let n = 0; n < 300; n++) {
        const client = await pool.connect();
        await client.query('begin');
        await log.append(client, [entry(`k${writer}`, writer * 1000 + n)]);
        await turn();
        await client.query('commit');
        client.release();
      }
    };
    const written = Promise.all([0, 1, 2, 3, 4, 5].map(write)).then(() => (writing = false));
    let restarts = 0;
    const readOnce = async () => {
      const reader = read(log);
      const before = seen.size;
      await soon(() => {
        numbers(reader.rows).forEach((n) => seen.add(n));
        return seen.size > before + 20 || (!writing && seen.size === 1800);
      }).toBe(true);
      await reader.stop();
      numbers(reader.rows).forEach((n) => seen.add(n));
      restarts += 1;
    };
    while (seen.size < 1800) await readOnce();
    await written;
    expect(seen.size).toBe(1800);
    expect(restarts).toBeGreaterThan(2);
  });
});

describe('readers of a log in the WAL', () => {
  it('one reads, the others stand by, and one of them takes over at once when it ends', async () => {
    const { pool, log } = test;
    const first = read(log, { leaseMs: 30_000 });
    await first.ready;
    const second = read(server.log(pool), { leaseMs: 900 });
    await second.ready;
    await log.append(pool, [entry('a', 1)]);
    await hasRead(first, 1);
    expect(second.rows).toEqual([]);
    await first.stop();
    await log.append(pool, [entry('a', 2)]);
    await hasRead(second, 1);
    expect(numbers(second.rows)).toEqual([2]);
    expect(await log.state()).toMatchObject({ active: true, lost: null, walStatus: 'reserved' });
  });

  it('whose connections are cut go on by themselves', async () => {
    const { pool, log } = test;
    const reader = read(log);
    await log.append(pool, [entry('a', 0)]);
    await hasRead(reader, 1);
    await pool.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`);
    await log.append(pool, [entry('a', 1)]);
    await soon(() => numbers(reader.rows)).toContain(1);
  });

  it('tell what is unconfirmed, also those that stand by', async () => {
    const { pool, log } = test;
    const finish = Promise.withResolvers<void>();
    const standby = server.log(pool);
    expect(await standby.backlog()).toEqual({ depth: NaN, oldestAgeSeconds: NaN });
    const reader = read(log, {}, () => finish.promise);
    await reader.ready;
    await log.append(pool, [entry('a', 0), entry('b', 1)]);
    expect(await log.backlog()).toEqual({ depth: 2, oldestAgeSeconds: expect.any(Number) });
    await soon(() => standby.backlog()).toEqual({ depth: 2, oldestAgeSeconds: expect.any(Number) });
    finish.resolve();
    await soon(() => log.backlog()).toEqual({ depth: 0, oldestAgeSeconds: 0 });
    await soon(() => standby.backlog()).toEqual({ depth: 0, oldestAgeSeconds: 0 });
  });
});

describe('rule 24: given PostgreSQL', () => {
  it('stopped while a broker refuses everything, then it ends without waiting for us, and nothing is lost', async () => {
    const { pool, log } = test;
    let away = true;
    const reader = read(log, { retry: { minMs: 5, maxMs: 50 } }, async () => {
      if (away) throw new Error('away');
    });
    await log.append(
      pool,
      upTo(20).map((n) => entry('a', n)),
    );
    await soon(() => reader.errors.length).toBeGreaterThan(2);
    await server.postgres.stop();
    // By itself, not by the stronger signals that come when it takes too long.
    expect(await server.postgres.exited).toBe('code 0');
    await server.start();
    reader.rows.length = 0;
    away = false;
    await soon(() => new Set(numbers(reader.rows)).size).toBe(20);
    expect(numbers(reader.rows).slice(-20)).toEqual(upTo(20));
  });

  it('killed, then what was committed is handed over, and nothing is skipped', async () => {
    const { pool, log } = test;
    const reader = read(log);
    await reader.ready;
    await log.append(pool, [entry('a', 0)]);
    process.kill(server.postgres.pid, 'SIGKILL');
    await server.postgres.exited;
    await server.start();
    await soon(() =>
      log.append(pool, [entry('a', 1)]).then(
        () => true,
        () => false,
      ),
    ).toBe(true);
    await soon(() => [...new Set(numbers(reader.rows))]).toEqual([0, 1]);
  });
});
