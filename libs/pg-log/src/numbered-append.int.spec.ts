import { afterEach, beforeEach, expect, it } from 'vitest';
import { NUMBERS_AN_ERA } from './numbered-append.js';
import { entry, hasRead, openTestLog, read, type TestLog } from './testing/test-log.js';

let test: TestLog;
beforeEach(async () => void (test = await openTestLog(4, { numbering: { header: 'seq' } })));
afterEach(() => test.close());

const stored = async (): Promise<string[]> => {
  const { rows } = await test.pool.query(
    'select stream, key, headers from test_log.entry order by position',
  );
  return rows.map(({ stream, key, headers }) => `${stream}/${key} ${headers.n} ${headers.seq}`);
};
const text = (number: bigint | number) => `${number}`.padStart(19, '0');

it('given entries one by one and several at once, then each has its number within stream and key, in the order of the calls', async () => {
  await test.log.append(test.pool, [entry('b', 1)]);
  await test.log.append(test.pool, [entry('b', 2), entry('a', 3), entry('b', 4), entry('a', 5)]);
  await test.log.append(test.pool, [entry('b', 6), entry('b', 7, { stream: 'other' })]);
  await test.log.append(test.pool, [entry('a', 8)]);
  expect(await stored()).toEqual([
    `jobs/b 1 ${text(1)}`,
    `jobs/b 2 ${text(2)}`,
    `jobs/a 3 ${text(1)}`,
    `jobs/b 4 ${text(3)}`,
    `jobs/a 5 ${text(2)}`,
    `jobs/b 6 ${text(4)}`,
    `other/b 7 ${text(1)}`,
    `jobs/a 8 ${text(3)}`,
  ]);
});

it('given an entry without headers and one in quotes and umlauts, then both are read with their number', async () => {
  const reader = read(test.log);
  await test.log.append(test.pool, [entry('a', 1, { headers: {} })]);
  await test.log.append(test.pool, [
    entry('a', 2, { headers: {} }),
    entry('a', 3, { headers: { say: '"ü\\' } }),
  ]);
  await hasRead(reader, 3);
  expect(reader.rows.map(({ headers }) => headers)).toEqual([
    { seq: text(1) },
    { seq: text(2) },
    { say: '"ü\\', seq: text(3) },
  ]);
  await reader.stop();
});

it('given many who append to the same keys at once, in several orders, then the numbers have no gap, none twice, and grow with the position', async () => {
  const keys = ['a', 'b', 'c'];
  const orders = [keys, keys.toReversed(), ['b', 'c', 'a']];
  await Promise.all(
    Array.from({ length: 60 }, (_, n) =>
      test.log.append(test.pool, orders[n % 3]!.map((key) => entry(key, n)).slice(0, 1 + (n % 3))),
    ),
  );
  const { rows } = await test.pool.query(
    `select key, json_agg(headers->>'seq' order by position) as numbers from test_log.entry group by key`,
  );
  expect(rows).toHaveLength(3);
  for (const { numbers } of rows)
    expect(numbers).toEqual(numbers.map((_: string, at: number) => text(at + 1)));
});

it('given a transaction that rolls back, then its number is given again', async () => {
  const client = await test.pool.connect();
  await client.query('begin');
  await test.log.append(client, [entry('a', 1)]);
  await client.query('rollback');
  client.release();
  await test.log.append(test.pool, [entry('a', 2)]);
  expect(await stored()).toEqual([`jobs/a 2 ${text(1)}`]);
});

it('given an entry without a key, then it is refused', async () => {
  const refused = { code: 'ENTRY_INVALID' };
  await expect(test.log.append(test.pool, [entry(null, 1)])).rejects.toMatchObject(refused);
  await expect(test.log.append(test.pool, [entry('a', 1), entry(null, 2)])).rejects.toMatchObject(
    refused,
  );
});

it('given a log that was restored elsewhere, when it is installed there, then its numbers go on in a new era', async () => {
  await test.log.append(test.pool, [entry('a', 1), entry('a', 2)]);
  await test.log.install();
  await test.log.append(test.pool, [entry('a', 3)]);
  await test.pool.query(`update test_log.numbering set server = 'another/1'`);
  await test.log.install();
  await test.log.append(test.pool, [entry('a', 4), entry('b', 5), entry('a', 6)]);
  await test.log.append(test.pool, [entry('b', 7)]);
  const numbers = (await stored()).map((line) => BigInt(line.split(' ')[2]!));
  expect(numbers.slice(0, 3)).toEqual([1n, 2n, 3n]);
  const era = numbers[3]! - 1n;
  expect(era % NUMBERS_AN_ERA).toBe(0n);
  expect(era).toBeGreaterThan(0n);
  expect(Number(era)).toBeLessThan(Number.MAX_SAFE_INTEGER);
  expect(numbers.slice(3)).toEqual([era + 1n, era + 1n, era + 2n, era + 2n]);
});
