import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PgLog } from './pg-log.js';
import { entry, hasRead, numbers, openTestLog, read, type TestLog } from './testing/test-log.js';

let test: TestLog;
beforeAll(async () => void (test = await openTestLog()));
afterAll(() => test.close());

async function freshLog(schema: string, partitions = 4): Promise<PgLog> {
  const log = new PgLog({ pool: test.pool, schema, partitions });
  await log.install();
  return log;
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe('a large step', () => {
  it('is read whole, in batches, in order of each key, and once', async () => {
    const log = await freshLog('large');
    await log.append(test.pool, [entry('k0', -1)]);
    const before = read(log);
    await hasRead(before, 1);
    await before.stop();
    for (const start of range(0, 10))
      await log.append(
        test.pool,
        range(0, 500).map((i) => entry(`k${i % 7}`, start * 500 + i)),
      );
    const sizes: number[] = [];
    const reader = read(log, { batch: 100 }, async (rows) => void sizes.push(rows.length));
    await hasRead(reader, 5000);
    await reader.stop();
    await log.close();
    expect(Math.max(...sizes)).toBeLessThanOrEqual(103);
    expect(numbers(reader.rows).sort((a, b) => a - b)).toEqual(range(0, 5000));
    for (const rows of Map.groupBy(reader.rows, ({ key }) => key).values())
      expect(numbers(rows)).toEqual(numbers(rows).sort((a, b) => a - b));
  });

  it('is bounded in bytes, and a single larger row still passes', async () => {
    const log = await freshLog('bytes');
    const body = Buffer.alloc(40_000, 'x');
    await log.append(
      test.pool,
      range(0, 40).map((n) => entry(`k${n}`, n, { body })),
    );
    await log.append(test.pool, [entry('k', 40, { body: Buffer.alloc(500_000, 'y') })]);
    const bytes: number[] = [];
    const reader = read(log, { maxBytes: 200_000 }, async (rows) => {
      bytes.push(rows.reduce((sum, row) => sum + row.body.byteLength, 0));
    });
    await hasRead(reader, 41);
    await reader.stop();
    await log.close();
    expect(Math.max(...bytes)).toBeLessThanOrEqual(200_000 + 4 * 40_000 + 500_000);
    expect(bytes.length).toBeGreaterThan(5);
    expect(reader.rows.some((row) => row.body.byteLength === 500_000)).toBe(true);
  });

  it('given the reader ends in its middle, then the next one goes on behind what was finished', async () => {
    const log = await freshLog('resumed');
    await log.append(
      test.pool,
      range(0, 2000).map((n) => entry(`k${n % 5}`, n)),
    );
    const first = read(log, { batch: 100 }, async () => {
      if (first.rows.length >= 500) void first.stop();
    });
    await first.ended;
    await log.append(
      test.pool,
      range(2000, 2100).map((n) => entry(`k${n % 5}`, n)),
    );
    const second = read(log, { batch: 100 });
    await hasRead(second, 2100 - first.rows.length);
    await second.stop();
    await log.close();
    const all = [...numbers(first.rows), ...numbers(second.rows)];
    expect(all.sort((a, b) => a - b)).toEqual(range(0, 2100));
  });

  it('of other streams does not hide the few rows of a rare one', async () => {
    const log = await freshLog('rare');
    const reader = read(log, { streams: ['rare'], batch: 10, from: 'end', pollMs: 20 });
    await reader.ready;
    for (const start of range(0, 4)) {
      const others = range(0, 500).map((n) => entry(`k${n}`, n));
      await log.append(test.pool, [...others, entry('k', start, { stream: 'rare' })]);
    }
    log.wake();
    await hasRead(reader, 4);
    await reader.stop();
    await log.close();
    expect(numbers(reader.rows)).toEqual([0, 1, 2, 3]);
  });
});

describe('hand-over', () => {
  it('by batch waits until everything of the last call is settled', async () => {
    const log = await freshLog('by_batch');
    let underWay = 0;
    let most = 0;
    const reader = read(log, { batch: 10 }, async () => {
      most = Math.max(most, ++underWay);
      await new Promise(setImmediate);
      underWay -= 1;
    });
    await log.append(
      test.pool,
      range(0, 300).map((n) => entry(`k${n}`, n)),
    );
    log.wake();
    await hasRead(reader, 300);
    await reader.stop();
    await log.close();
    expect(most).toBe(1);
  });

  it('given two batches at once, then no two of them share a partition', async () => {
    const log = await freshLog('two_batches');
    const underWay = new Map<number, number>();
    let [calls, most, mostOfOne] = [0, 0, 0];
    const reader = read(log, { batch: 20, batches: 2 }, async (rows) => {
      const partitions = [...new Set(rows.map(({ partition }) => partition))];
      const add = (count: number) =>
        partitions.forEach((of) => underWay.set(of, (underWay.get(of) ?? 0) + count));
      add(1);
      mostOfOne = Math.max(mostOfOne, ...underWay.values());
      calls += 1;
      most = Math.max(most, calls);
      await new Promise(setImmediate);
      calls -= 1;
      add(-1);
    });
    await log.append(
      test.pool,
      range(0, 300).map((n) => entry(`k${n % 30}`, n)),
    );
    log.wake();
    await hasRead(reader, 300);
    await reader.stop();
    await log.close();
    expect([most, mostOfOne]).toEqual([2, 1]);
    for (const n of range(0, 30)) {
      const ofKey = numbers(reader.rows.filter(({ key }) => key === `k${n}`));
      expect(ofKey).toEqual(range(0, 10).map((turn) => turn * 30 + n));
    }
  });

  it('given headers that are no object, then hands the row over without any', async () => {
    const log = await freshLog('strange_headers');
    for (const json of ['null', '"text"', '[1]', '7'])
      await test.pool.query(
        `insert into strange_headers.entry (partition, stream, key, headers, body) values (0, 'jobs', 'k', $1, 'x')`,
        [json],
      );
    const reader = read(log);
    await hasRead(reader, 4);
    await reader.stop();
    await log.close();
    expect(reader.rows.map(({ headers }) => headers)).toEqual([{}, {}, {}, {}]);
  });

  it('by row stays within the window and commits only behind the lowest unfinished row', async () => {
    const log = await freshLog('by_row', 1);
    await log.append(
      test.pool,
      range(0, 50).map((n) => entry('k', n)),
    );
    const finish: (() => void)[] = [];
    const window = { count: 10 };
    const reader = read(log, { handOver: 'row', window }, (rows) =>
      rows.map(() => new Promise<void>((resolve) => finish.push(resolve))),
    );
    await hasRead(reader, 10);
    for (const index of [0, 1, 3, 4]) finish[index]?.();
    await hasRead(reader, 14);
    const position = () =>
      test.pool
        .query('select position::int from by_row.cursor')
        .then(({ rows }) => rows[0].position);
    await expect.poll(position).toBe(2);
    const stopped = reader.stop();
    for (const done of finish) done();
    await stopped;
    expect(await position()).toBe(14);
    const next = read(log);
    await hasRead(next, 36);
    await next.stop();
    await log.close();
    expect(numbers(next.rows)).toEqual(range(14, 50));
  });

  it('given a row is rejected, then it comes again after a pause and other partitions go on', async () => {
    const log = await freshLog('rejected');
    const failing = new Set([3]);
    const retry = { minMs: 1, maxMs: 5 };
    const reader = read(log, { handOver: 'row', retry }, (rows) =>
      rows.map(async ({ headers }) => {
        if (failing.delete(Number(headers['n']))) throw new Error('not this time');
      }),
    );
    await log.append(
      test.pool,
      range(0, 20).map((n) => entry(`k${n % 10}`, n)),
    );
    log.wake();
    const key3 = () => numbers(reader.rows.filter(({ key }) => key === 'k3'));
    await expect.poll(() => key3().slice(-2)).toEqual([3, 13]);
    await expect.poll(() => new Set(numbers(reader.rows)).size).toBe(20);
    expect(key3()[0]).toBe(3);
    expect(reader.errors.map(({ message }) => message)).toEqual(['not this time']);
    await reader.stop();
    await log.close();
  });
});
