import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PgLog } from '../pg-log.js';
import { entry, hasRead, numbers, openTestLog, read, type TestLog } from '../testing/test-log.js';
import type { RetentionOptions } from './retention-options.js';

const MINUTE_MS = 60_000;

let test: TestLog;
let log: PgLog;
let clock: Date;
beforeEach(async () => {
  test = await openTestLog(4);
  ({ log } = test);
  clock = new Date('2030-01-01T00:00:00Z');
});
afterEach(() => test.close());

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const append = (from: number, to: number) =>
  log.append(
    test.pool,
    range(from, to).map((n) => entry(`k${n % 7}`, n)),
  );
const pass = (ms: number) => void (clock = new Date(clock.getTime() + ms));
const retention = (options: RetentionOptions = {}) =>
  log.retention({
    ...{ keepMs: 10 * MINUTE_MS, segmentSize: 100, ahead: 4, now: () => clock },
    ...options,
  });
const count = async () =>
  Number((await test.pool.query('select count(*) from test_log.entry')).rows[0].count);
async function readAll(expected: number): Promise<number[]> {
  const reader = read(log);
  await hasRead(reader, expected);
  await reader.stop();
  return numbers(reader.rows);
}

describe('retention', () => {
  it('makes segments ahead; what is finished and old goes with them, also of a log that stands still', async () => {
    await retention().run();
    await append(0, 250);
    expect((await readAll(250)).length).toBe(250);
    await retention().run();
    pass(9 * MINUTE_MS);
    expect(await retention().run()).toMatchObject({ dropped: 0, heldBackBy: [] });
    expect(await count()).toBe(250);
    pass(11 * MINUTE_MS);
    await retention().run();
    expect(await count()).toBe(0);
    await append(250, 300);
    const { rows } = read(log);
    await expect.poll(() => rows.length).toBe(50);
  });

  it('given a group that has not read, then keeps everything until it has, or until its time is over: then it tells', async () => {
    const reader = read(log, { group: 'slow' }, () => Promise.reject(new Error('not now')));
    await reader.ready;
    await retention().run();
    await append(0, 250);
    await retention().run();
    pass(60 * MINUTE_MS);
    await retention().run();
    expect(await retention().run()).toMatchObject({ dropped: 0, heldBackBy: ['slow'] });
    expect(await count()).toBe(250);
    const bounded = retention({ keepUnreadMs: 30 * MINUTE_MS });
    pass(60 * MINUTE_MS);
    expect((await bounded.run())?.lost).toEqual([{ group: 'slow', segments: 3 }]);
    expect(await count()).toBe(0);
    await reader.stop();
  });

  it('given a group that must be there and is not, then keeps everything', async () => {
    const waiting = retention({ groups: ['relay'] });
    await waiting.run();
    await append(0, 250);
    await waiting.run();
    pass(60 * MINUTE_MS);
    await waiting.run();
    expect((await waiting.run())?.heldBackBy).toEqual(['relay']);
    expect(await count()).toBe(250);
  });

  it('given a log that was restored from another server, then keeps everything until its groups are reset', async () => {
    await retention().run();
    await append(0, 250);
    await readAll(250);
    await test.pool.query(`update test_log.consumer_group set server = 'another/1'`);
    await retention().run();
    pass(60 * MINUTE_MS);
    expect(await retention().run()).toMatchObject({ dropped: 0, heldBackBy: ['g'] });
    expect(await count()).toBe(250);
  });

  it('given more bytes than wanted, then drops what is finished before its time', async () => {
    const small = retention({ maxBytes: 1, keepMs: 1000 * MINUTE_MS });
    await small.run();
    await append(0, 450);
    await readAll(450);
    await small.run();
    await small.run();
    expect(await count()).toBe(0);
    expect((await small.status()).segments).toBeLessThan(10);
  });

  it('given a row that commits late into an old segment, then it is read before it goes', async () => {
    const late = await test.pool.connect();
    await retention().run();
    await late.query('begin');
    await log.append(late, [entry('late', 999)]);
    await append(0, 250);
    expect(await readAll(250)).not.toContain(999);
    await retention().run();
    pass(60 * MINUTE_MS);
    await expect
      .poll(async () => (await retention().run())?.postponed)
      .toMatch(/^a transaction that uses the log is open for \d+ ms$/);
    await late.query('commit');
    late.release();
    expect((await retention().run())?.heldBackBy).toEqual(['g']);
    expect(await readAll(1)).toEqual([999]);
    pass(60 * MINUTE_MS);
    await retention().run();
    expect(await count()).toBe(0);
  });

  it('given a transaction that is open and wrote elsewhere, then goes on', async () => {
    const bystander = await test.pool.connect();
    await bystander.query('begin; select pg_current_xact_id()');
    await retention().run();
    await append(0, 250);
    await readAll(250);
    await retention().run();
    pass(60 * MINUTE_MS);
    await retention().run();
    // The last segment was left only now.
    expect(await count()).toBe(50);
    await bystander.query('rollback');
    bystander.release();
  });

  it('given several processes at once, with appends and a reader at work, then nothing fails, is lost or comes twice', async () => {
    const reader = read(log);
    const eager = Array.from({ length: 3 }, () => retention({ keepMs: 0, maxBytes: 0 }));
    let ended = false;
    const running = eager.map(async (one) => {
      while (!ended) await one.run();
    });
    for (let n = 0; n < 3000; n += 30) {
      await append(n, n + 30);
      log.wake();
    }
    await hasRead(reader, 3000);
    ended = true;
    await Promise.all(running);
    await reader.stop();
    expect(numbers(reader.rows).sort((a, b) => a - b)).toEqual(range(0, 3000));
    await eager[0]!.run();
    expect(await count()).toBeLessThan(200);
  });

  it('given it ended between cutting a segment off and dropping it, then the next run drops it', async () => {
    await retention().run();
    await append(0, 250);
    await test.pool.query(`
      alter table test_log.entry detach partition test_log.entry_101_201;
      delete from test_log.segment where name = 'entry_101_201'`);
    expect((await retention().run())?.dropped).toBe(0);
    const { rows } = await test.pool.query(`select to_regclass('test_log.entry_101_201') as gone`);
    expect(rows[0].gone).toBeNull();
  });
});

describe('a log of an earlier version', () => {
  it('is cut where it stands, and keeps its rows until their time', async () => {
    await append(0, 50);
    await test.pool.query('drop table test_log.segment, test_log.retention');
    await Promise.all([log.install(), log.install()]);
    await retention().run();
    await append(50, 60);
    expect((await readAll(60)).length).toBe(60);
    pass(11 * MINUTE_MS);
    await retention().run();
    await retention().run();
    expect(await count()).toBe(10);
  });
});

describe('the history of a group', () => {
  const gone = async () => {
    await retention().run();
    await append(0, 250);
    await readAll(250);
    await retention().run();
    pass(60 * MINUTE_MS);
    await retention().run();
  };

  it('given a time or a position that retention has dropped, then says so', async () => {
    await gone();
    const history = log.history('g');
    await expect(
      history.finished({ kind: 'time', time: new Date('2029-12-31T00:00:00Z') }),
    ).rejects.toMatchObject({
      code: 'HISTORY_GONE',
      message:
        'What was appended before 2030-01-01T00:00:00.000Z is gone from the log "test_log": from 2029-12-31T00:00:00.000Z on it is not whole. Begin later, at the start of what is left, or keep more (retention)',
    });
    await expect(
      history.finished({ kind: 'position', partition: 0, position: 7n }),
    ).rejects.toMatchObject({
      code: 'HISTORY_GONE',
      message: expect.stringContaining('Positions before 201 are gone from the log "test_log"'),
    });
    const left = await history.finished({ kind: 'start' });
    expect(left.every(({ from }) => from > 200n)).toBe(true);
  });
});
