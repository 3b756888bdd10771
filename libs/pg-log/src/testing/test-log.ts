import { createDatabase } from '@mesh/tools/testing';
import pg from 'pg';
import { expect } from 'vitest';
import type { LogEntry, LogRow } from '../entry.js';
import { PgLog, type PgLogOptions } from '../pg-log.js';
import type { OnRows, ReaderOptions } from '../reader-options.js';

/** A log in a database of its own. */
export interface TestLog {
  readonly url: string;
  readonly pool: pg.Pool;
  readonly log: PgLog;
  close(): Promise<void>;
}

export async function openTestLog(
  partitions = 16,
  options: Pick<PgLogOptions, 'numbering'> = {},
): Promise<TestLog> {
  const database = await createDatabase('log');
  const pool = new pg.Pool({ connectionString: database.url, max: 20 });
  pool.on('error', () => undefined);
  const log = new PgLog({ pool, schema: 'test_log', partitions, ...options });
  await log.install();
  return {
    ...{ url: database.url, pool, log },
    close: async () => {
      await log.close();
      await pool.end();
      await database.drop();
    },
  };
}

export function entry(key: string | null, n: number, over: Partial<LogEntry> = {}): LogEntry {
  const body = Buffer.from(`body ${n}`);
  return {
    stream: 'jobs',
    key,
    routingKey: 'job.placed',
    headers: { n: `${n}` },
    body,
    ...over,
  };
}

/** A running reader that keeps what it was given. */
export interface TestReader {
  readonly rows: LogRow[];
  readonly errors: Error[];
  readonly ready: Promise<void>;
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Reads until it is stopped; without `onRows` every row is finished at once. */
export function read(
  log: PgLog,
  options: Partial<ReaderOptions> = {},
  onRows: OnRows = async () => undefined,
): TestReader {
  const end = new AbortController();
  const rows: LogRow[] = [];
  const errors: Error[] = [];
  const reader = log.reader({
    ...{ group: 'g', from: 'start', onError: (error) => errors.push(error) },
    ...options,
  });
  const ended = reader.run(
    (some) => {
      rows.push(...some);
      return onRows(some);
    },
    { signal: end.signal },
  );
  ended.catch(() => undefined);
  const stop = () => (end.abort(), ended);
  return { rows, errors, ready: reader.ready, ended, stop };
}

export async function hasRead(reader: Pick<TestReader, 'rows'>, count: number): Promise<void> {
  await expect.poll(() => reader.rows.length, { timeout: 20_000, interval: 5 }).toBe(count);
}

/** The header `n` of rows, as numbers. */
export function numbers(rows: readonly LogRow[]): number[] {
  return rows.map(({ headers }) => Number(headers['n']));
}

/** Waits until all of these were read; some may have been read again. */
export async function hasReadAtLeastOnce(
  reader: Pick<TestReader, 'rows'>,
  expected: readonly number[],
): Promise<void> {
  const distinct = () => [...new Set(numbers(reader.rows))].sort((a, b) => a - b);
  await expect.poll(distinct, { timeout: 20_000, interval: 5 }).toEqual(expected);
}
