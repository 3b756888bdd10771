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
    await expect.poll(() => shares('shared')).toEqual([6, 5, 5]);
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
  it('given another reader has taken it, then the first one can not advance, and its rows are told so', async () => {
    const log = await freshLog('fenced');
    await log.append(test.pool, [entry('a', 1), entry('a', 2)]);
    const finish = Promise.withResolvers<void>();
    const reader = read(log, { leaseMs: 600 }, () => finish.promise);
    await hasRead(reader, 2);
    const cursor = () =>
      test.pool
        .query(
          'select prev::text, cur::text, position, fence, owner from fenced.cursor order by partition',
        )
        .then(({ rows }) => rows);
    await test.pool.query(
      `update fenced.cursor set owner = gen_random_uuid(), fence = fence + 1,
       leased_until = clock_timestamp() + interval '1 hour'`,
    );
    const taken = await cursor();
    finish.resolve();
    await expect.poll(() => reader.errors.length).toBe(16);
    await reader.stop();
    await log.close();
    expect(await cursor()).toEqual(taken);
    expect(reader.rows[0]?.signal.aborted).toBe(true);
    expect(reader.errors.map(({ message }) => message)).toContain(
      `The lease on partition ${reader.rows[0]?.partition} was lost: this reader was silent for longer than 600 ms and another one has it now`,
    );
  });
});
