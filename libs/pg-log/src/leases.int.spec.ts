import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PgLog } from './pg-log.js';
import { entry, hasRead, numbers, openTestLog, read, type TestLog } from './testing/test-log.js';

let test: TestLog;
beforeAll(async () => void (test = await openTestLog()));
afterAll(() => test.close());

async function freshLog(schema: string): Promise<PgLog> {
  const log = new PgLog({ pool: test.pool, schema });
  await log.install();
  return log;
}

/** How many partitions each owner of the group has, largest first. */
async function shares(schema: string): Promise<number[]> {
  const { rows } = await test.pool.query<{ partitions: number }>(
    `select count(*)::int as partitions from ${schema}.cursor
     where owner is not null and leased_until > clock_timestamp() group by owner order by 1 desc`,
  );
  return rows.map(({ partitions }) => partitions);
}

describe('readers of a group', () => {
  it('share the partitions fairly, as they come and go', async () => {
    const log = await freshLog('shared');
    const leaseMs = 60_000;
    const first = read(log, { leaseMs });
    await expect.poll(() => shares('shared')).toEqual([16]);
    const second = read(log, { leaseMs });
    await expect.poll(() => shares('shared')).toEqual([8, 8]);
    const third = read(log, { leaseMs });
    await expect.poll(() => shares('shared')).toEqual([6, 6, 4]);
    await first.stop();
    await expect.poll(() => shares('shared')).toEqual([8, 8]);
    await Promise.all([second.stop(), third.stop()]);
    expect(await shares('shared')).toEqual([]);
    await log.close();
  });

  it('get everything once while members come and go', async () => {
    const log = await freshLog('handover');
    const members = [read(log)];
    const steady = members[0];
    for (let n = 0; n < 1000; n += 50) {
      await log.append(
        test.pool,
        Array.from({ length: 50 }, (_, i) => entry(`k${(n + i) % 40}`, n + i)),
      );
      log.wake();
      if (n % 200 === 0) members.push(read(log));
      if (n % 200 === 100) await members.at(-1)?.stop();
    }
    const all = () => members.flatMap(({ rows }) => rows);
    await expect.poll(() => all().length, { timeout: 10_000 }).toBe(1000);
    await Promise.all(members.map((member) => member.stop()));
    await log.close();
    expect(new Set(numbers(all())).size).toBe(1000);
    expect(steady?.errors).toEqual([]);
  });

  it('finish what they have of a partition before they give it to another', async () => {
    const log = await freshLog('drained');
    await log.append(
      test.pool,
      Array.from({ length: 64 }, (_, n) => entry(`k${n}`, n)),
    );
    const finish = Promise.withResolvers<void>();
    const slow = read(log, { leaseMs: 60_000 }, () => finish.promise);
    await hasRead(slow, 64);
    const other = read(log, { leaseMs: 60_000 });
    await expect
      .poll(() => test.pool.query('select from drained.member').then(({ rowCount }) => rowCount))
      .toBe(2);
    expect(await shares('drained')).toEqual([16]);
    finish.resolve();
    await expect.poll(() => shares('drained')).toEqual([8, 8]);
    await Promise.all([slow.stop(), other.stop()]);
    await log.close();
    expect(other.rows).toEqual([]);
  });
});

describe('a lease', () => {
  it('given its reader is cut off for too long, then goes to another, and the first can not advance', async () => {
    const log = await freshLog('fenced');
    const cutOff = new pg.Pool({ connectionString: test.url, max: 2 });
    const stalledLog = new PgLog({ pool: cutOff, schema: 'fenced' });
    await log.append(test.pool, [entry('a', 1), entry('a', 2)]);
    const finish = Promise.withResolvers<void>();
    const stalled = read(stalledLog, { leaseMs: 60_000 }, () => finish.promise);
    await hasRead(stalled, 2);
    // As if the process had been stopped: its leases are over on the database's clock.
    await test.pool.query(`update fenced.cursor set leased_until = '-infinity'`);
    await test.pool.query(`update fenced.member set alive_until = '-infinity'`);
    const next = read(log, { leaseMs: 60_000 });
    await hasRead(next, 2);
    const taken = await shares('fenced');
    finish.resolve();
    await expect
      .poll(() => stalled.errors.map(({ message }) => message))
      .toContain(
        `The lease on partition ${stalled.rows[0]?.partition} was lost: this reader was silent for longer than 60000 ms and another one has it now`,
      );
    expect(stalled.rows[0]?.signal.aborted).toBe(true);
    expect(taken).toEqual([16]);
    await Promise.all([stalled.stop(), next.stop()]);
    await Promise.all([stalledLog.close(), log.close()]);
    await cutOff.end();
    expect(numbers(next.rows)).toEqual([1, 2]);
  });
});
