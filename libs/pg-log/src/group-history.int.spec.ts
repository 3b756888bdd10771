import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LogRow } from './entry.js';
import { entry, hasRead, numbers, openTestLog, read, type TestLog } from './testing/test-log.js';

describe('the history of a group', () => {
  let test: TestLog;
  beforeAll(async () => void (test = await openTestLog(2)));
  afterAll(() => test.close());
  beforeEach(() => test.pool.query('truncate test_log.entry, test_log.consumer_group cascade'));

  const start = { kind: 'start' } as const;
  const never = new AbortController().signal;
  const history = () => test.log.history('g', ['jobs']);
  const append = async (...of: [key: string, n: number][]) => {
    for (const [key, n] of of) await test.log.append(test.pool, [entry(key, n)]);
    test.log.wake();
  };
  /** What the group is given until it has so many rows. */
  const given = async (count: number) => {
    const reader = read(test.log);
    await hasRead(reader, count);
    await reader.stop();
    return reader.rows;
  };
  const behind = async () => (await history().behind()).reduce((sum, { count }) => sum + count, 0);
  const ofKey = (rows: readonly LogRow[], key: string) =>
    numbers(rows.filter((row) => row.key === key));

  it('is empty, and the group not behind, before there is one', async () => {
    await append(['a', 1]);
    expect(await history().finished(start)).toEqual([]);
    expect(await history().behind()).toEqual([]);
  });

  it('given a group is sent back to the start, then all comes again in the order of keys, then what is new', async () => {
    await append(['a', 1], ['b', 2], ['a', 3], ['b', 4]);
    await given(4);
    expect(await behind()).toBe(0);
    await test.log.append(test.pool, [entry('a', 5, { stream: 'another' })]);
    const ranges = await history().finished(start);
    expect(await behind()).toBe(0);
    await history().sendBack(ranges);
    expect(await behind()).toBe(4);
    await append(['a', 6], ['b', 7]);
    expect(await behind()).toBe(6);
    const rows = (await given(7)).filter(({ stream }) => stream === 'jobs');
    expect(ofKey(rows, 'a')).toEqual([1, 3, 6]);
    expect(ofKey(rows, 'b')).toEqual([2, 4, 7]);
    expect(await behind()).toBe(0);
  });

  it('given a time, then what was appended before it does not come again', async () => {
    await append(['a', 1], ['b', 2]);
    const { rows } = await test.pool.query('select clock_timestamp() as now');
    await expect.poll(() => Date.now()).toBeGreaterThan(rows[0].now.getTime() + 2);
    const time = new Date();
    await append(['a', 3], ['b', 4]);
    await given(4);
    await history().sendBack(await history().finished({ kind: 'time', time }));
    expect(numbers(await given(2)).toSorted()).toEqual([3, 4]);
  });

  it('given a position, then its partition alone goes back', async () => {
    await append(['a', 1], ['b', 2], ['a', 3], ['b', 4], ['a', 5]);
    const rows = await given(5);
    const { partition, position } = rows.find((row) => numbers([row])[0] === 3)!;
    const [range, ...none] = await history().finished({ kind: 'position', partition, position });
    expect([range?.partition, range?.from, none]).toEqual([partition, position, []]);
    await history().sendBack([range!]);
    const again = await given(
      rows.filter((row) => row.partition === partition && row.position >= position).length,
    );
    expect(ofKey(again, 'a')).toEqual([3, 5]);
    expect(
      await history().finished({ kind: 'position', partition, position: position + 99n }),
    ).toEqual([]);
  });

  it('given rows that commit late with a position before that place, then they come too', async () => {
    const late = await test.pool.connect();
    await late.query('begin');
    await test.log.append(late, [entry('late', 1)]);
    await append(['a', 2], ['b', 3], ['c', 4], ['d', 5]);
    const seen = await given(4);
    await late.query('commit');
    late.release();
    const { position } = seen.find((row) => numbers([row])[0] === 4)!;
    const ranges = await history().finished(start);
    const back = ranges.map((one) => ({ ...one, from: position }));
    await history().sendBack(back);
    expect(numbers(await given(3)).toSorted()).toEqual([1, 4, 5]);
    expect(await behind()).toBe(0);
  });

  it.each([
    ['before what is left of the step', 1],
    ['behind it, where an earlier step had been', 11],
  ])('given a large step is under way and a place %s, then nothing is skipped', async (_, from) => {
    const late = await test.pool.connect();
    await late.query('begin');
    const batch = Array.from({ length: 10 }, (__, n) => entry('a', n + 1));
    await test.log.append(late, batch);
    await append(['a', 11], ['a', 12]);
    const seen = await given(2);
    await late.query('commit');
    late.release();
    const failing = read(test.log, { batch: 2, retry: { minMs: 60_000, maxMs: 60_000 } }, (rows) =>
      rows.map(async (row) => {
        if (numbers([row])[0]! > 4) throw new Error('Not now');
      }),
    );
    await expect.poll(() => failing.errors.length).toBeGreaterThan(0);
    await failing.stop();
    const [range] = await history().finished(start);
    const first = from === 1 ? range!.from : seen[0]!.position;
    await history().sendBack([{ ...range!, from: first }]);
    const reader = read(test.log);
    const all = Array.from({ length: 12 }, (__, n) => n + 1);
    await expect.poll(() => numbers(reader.rows).toSorted((a, b) => a - b)).toEqual(all);
    await reader.stop();
  });

  it('given it is read, then each finished row is shown once and the group stays', async () => {
    await append(...Array.from({ length: 1200 }, (_, n): [string, number] => [`k${n % 7}`, n]));
    await given(1200);
    const rows: LogRow[] = [];
    const collect = async (some: readonly LogRow[]) => void rows.push(...some);
    await history().read(await history().finished(start), collect, never);
    expect(rows.length).toBe(1200);
    for (let k = 0; k < 7; k++) {
      const own = ofKey(rows, `k${k}`);
      expect(own).toEqual(own.toSorted((a, b) => a - b));
    }
    expect(await behind()).toBe(0);
  });

  it('given a member is alive, then nothing changes; given it was stopped and comes back, then it can not move the cursor', async () => {
    await append(['a', 1], ['b', 2]);
    const reader = read(test.log, { leaseMs: 600 });
    await hasRead(reader, 2);
    await expect.poll(behind).toBe(0);
    const ranges = await history().finished(start);
    expect(await history().membersLeft()).toBe(1);
    await expect(history().sendBack(ranges)).rejects.toMatchObject({ code: 'GROUP_ACTIVE' });
    expect(await behind()).toBe(0);
    const { rows: before } = await test.pool.query('select owner, fence from test_log.cursor');
    await reader.stop();
    expect(await history().membersLeft()).toBe(0);
    await history().sendBack(ranges);
    const { rowCount } = await test.pool.query(
      'select from test_log.cursor where (owner, fence) in (select * from unnest($1::uuid[], $2::bigint[]))',
      [before.map(({ owner }) => owner), before.map(({ fence }) => fence)],
    );
    expect(rowCount).toBe(0);
    expect(numbers(await given(2)).toSorted()).toEqual([1, 2]);
  });

  it('given a member that died, then it is waited for', async () => {
    await append(['a', 1]);
    await given(1);
    await test.pool.query(
      `insert into test_log.member (group_name, id, alive_until)
       values ('g', gen_random_uuid(), clock_timestamp() + interval '400 ms')`,
    );
    expect(await history().membersLeft()).toBe(0);
  });
});
