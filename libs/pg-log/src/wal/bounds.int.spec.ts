import type pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PgLog } from '../pg-log.js';
import { entry, hasRead, numbers, read as readLog, type TestReader } from '../testing/test-log.js';
import { soon, WalServer, writeWal } from '../testing/wal-server.js';
import type { WalLog } from './wal-log.js';

const MIB = 1024 ** 2;
const maxBytes = 40 * MIB;

let server: WalServer;
const readers: TestReader[] = [];
// A segment has 16 MiB.
beforeAll(async () => void (server = await WalServer.start({ max_slot_wal_keep_size: '128MB' })));
afterAll(() => server.close());
afterEach(async () => {
  await Promise.all(readers.splice(0).map((reader) => reader.stop().catch(() => undefined)));
});

function read(log: WalLog): TestReader {
  const reader = readLog(log as unknown as PgLog, { leaseMs: 3000 });
  readers.push(reader);
  return reader;
}

const append = (log: WalLog, pool: pg.Pool, n: number) => log.append(pool, [entry('a', n)]);

describe('given nobody reads', () => {
  it('refuses appends before the server gives the slot up, and takes them again when somebody has read', async () => {
    const { pool, log } = await server.openLog({ maxBytes });
    await append(log, pool, 1);
    await writeWal(pool, 4);
    await expect(append(log, pool, 2)).rejects.toMatchObject({
      code: 'MW001',
      message: expect.stringMatching(
        /^\d+ MB of WAL wait for the relay or are kept for it, and the limit is 40 MB$/,
      ),
    });
    expect(await log.state()).toMatchObject({ full: true, lost: null, active: false });
    const reader = read(log);
    await hasRead(reader, 1);
    await soon(() =>
      append(log, pool, 3).then(
        () => 'taken',
        () => 'refused',
      ),
    ).toBe('taken');
    await hasRead(reader, 2);
    expect(numbers(reader.rows)).toEqual([1, 3]);
    expect(await log.state()).toMatchObject({ full: false, lost: null, active: true });
  });

  it('refuses appends of several at once too, all of them', async () => {
    const { pool, log } = await server.openLog({ maxBytes });
    await writeWal(pool, 4);
    await expect(log.append(pool, [entry('a', 1), entry('a', 2)])).rejects.toMatchObject({
      code: 'MW001',
    });
    const reader = read(log);
    await soon(() =>
      append(log, pool, 3).then(
        () => 'taken',
        () => 'refused',
      ),
    ).toBe('taken');
    await hasRead(reader, 1);
    expect(numbers(reader.rows)).toEqual([3]);
  });

  it('given a transaction left open, then refuses when what is kept for it endangers the slot', async () => {
    const { pool, log } = await server.openLog({ maxBytes });
    const reader = read(log);
    const open = await pool.connect();
    await open.query('begin; create table left_open ()');
    await append(log, pool, 1);
    await hasRead(reader, 1);
    for (let n = 0; n < 7; n++) {
      await writeWal(pool, 1);
      await pool.query('checkpoint');
    }
    await soon(() =>
      append(log, pool, 2).then(
        () => 'taken',
        () => 'refused',
      ),
    ).toBe('refused');
    expect((await log.state()).keptBytes).toBeGreaterThan((await log.state()).waitingBytes);
    await open.query('rollback');
    open.release();
    // The server notes by itself, every 15 seconds, what is under way.
    const afterNote = () => pool.query('select pg_log_standby_snapshot()').then(() => tried(3));
    const tried = (n: number) =>
      append(log, pool, n).then(
        () => 'taken',
        () => 'refused',
      );
    await soon(afterNote).toBe('taken');
  });
});

describe('given the slot', () => {
  it('was given up by the server, then says what may be missing, and refuses until a reset', async () => {
    const { pool, log } = await server.openLog({ maxBytes });
    await append(log, pool, 1);
    await writeWal(pool, 12);
    await pool.query('checkpoint');
    const reader = read(log);
    const error = await reader.ended.catch((error: Error) => error);
    expect(error).toMatchObject({
      code: 'SLOT_LOST',
      retryable: false,
      message: expect.stringMatching(
        /^The replication slot "test_log_\d+" is lost: the server gave it up: more WAL was kept for it than max_slot_wal_keep_size\. Events that were committed since \S+Z \(WAL position [0-9A-F]+\/[0-9A-F]+\) and not published may be missing for ever\. Appends are refused until a reset makes a new slot, which has what is appended from then on$/,
      ),
    });
    await refusesUntilReset(pool, log);
  });

  it('was dropped, then says so, and refuses until a reset', async () => {
    const { pool, log } = await server.openLog({ maxBytes });
    const { slot } = await log.state();
    await pool.query('select pg_drop_replication_slot($1)', [slot]);
    await expect(read(log).ended).rejects.toThrow('is lost: it was dropped. Events');
    await refusesUntilReset(pool, log);
  });

  it('was moved by somebody else, then says so, and refuses until a reset', async () => {
    const { pool, log } = await server.openLog({ maxBytes });
    await append(log, pool, 1);
    const { slot } = await log.state();
    await pool.query('select pg_replication_slot_advance($1, pg_current_wal_lsn())', [slot]);
    await expect(read(log).ended).rejects.toThrow('behind what was confirmed: it was moved, or');
    await refusesUntilReset(pool, log);
  });

  it('belongs to the database that this one was copied from, then says so, and refuses until a reset', async () => {
    const { name, pool: origin, log: first } = await server.openLog({ maxBytes });
    await append(first, origin, 1);
    await first.close();
    await origin.end();
    await server.pool('postgres').query(`create database ${name}_copy template ${name}`);
    const pool = server.pool(`${name}_copy`);
    const log = server.log(pool, { maxBytes });
    await log.install();
    await expect(read(log).ended).rejects.toThrow(
      /is lost: the data was restored or copied: it belongs to database \d+\/\d+ and this is \d+\/\d+/,
    );
    await refusesUntilReset(pool, log);
    const again = read(server.log(server.pool(name), { maxBytes }));
    await hasRead(again, 1);
  });

  async function refusesUntilReset(pool: pg.Pool, log: WalLog): Promise<void> {
    await expect(append(log, pool, 8)).rejects.toMatchObject({
      code: 'MW002',
      message: expect.stringMatching(
        /^The outbox takes nothing since its replication slot "test_log_\d+" was lost$/,
      ),
    });
    expect((await log.state()).lost).not.toBeNull();
    expect(await log.reset('ann')).toEqual({ reset: true });
    expect(await log.reset('ann')).toEqual({ reset: false });
    const reader = read(log);
    await append(log, pool, 9);
    await hasRead(reader, 1);
    expect(numbers(reader.rows)).toEqual([9]);
    const { rows } = await pool.query('select reason, reset_by from test_log.wal_loss');
    expect(rows).toEqual([{ reason: expect.any(String), reset_by: 'ann' }]);
    await reader.stop();
  }
});

describe('given a server that can not', () => {
  it('hold a log in its WAL, when installing, then lists every fault', async () => {
    const unfit = await WalServer.start({
      wal_level: 'replica',
      max_slot_wal_keep_size: '64MB',
      idle_replication_slot_timeout: '1d',
      max_replication_slots: '0',
    });
    const admin = unfit.pool('postgres');
    await admin.query(`create role modest login password 'x'`);
    const pool = unfit.pool('postgres', { user: 'modest', password: 'x' });
    const failure = await unfit
      .log(pool, { maxBytes })
      .install()
      .catch((error: Error) => error);
    await unfit.close();
    expect(failure).toMatchObject({ code: 'SERVER_UNFIT' });
    expect((failure as Error).message).toBe(`PostgreSQL can't hold the log "test_log" in its WAL:
  wal_level: expected logical (changing it restarts the server); received replica
  role "modest": expected the right to replicate (alter role "modest" replication); received none
  max_replication_slots: expected more than the 0 that others use; received 0
  max_slot_wal_keep_size: expected at least 83886080 bytes, twice what the outbox may hold, or -1; received 67108864 bytes
  idle_replication_slot_timeout: expected 0: a slot that was given up for being idle has lost events; received 1d
  role "modest": expected the right to create in this database, for an empty publication; received none`);
  });
});
