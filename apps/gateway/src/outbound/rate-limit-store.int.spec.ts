import { createLogger, metrics } from '@mesh/tracing';
import { createDatabase, type TestDatabase } from '@mesh/tools/testing';
import pg from 'pg';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RateLimitStore } from './rate-limit-store.js';
import { sharedCounter } from './request-counters.js';

const limit = { requests: 5, windowSeconds: 3600 };
let database: TestDatabase;
let admin: pg.Client;
let stores: RateLimitStore[];
let told: string[];

beforeEach(async () => {
  // A store that was away is asked again after a while.
  vi.useFakeTimers({ toFake: ['performance'] });
  database = await createDatabase('limits');
  const url = new URL(database.url);
  url.pathname = '/postgres';
  admin = new pg.Client({ connectionString: url.href });
  await admin.connect();
  stores = [];
  told = [];
});
afterEach(async () => {
  vi.useRealTimers();
  await admin.end();
  await Promise.all(stores.map((store) => store.close()));
  await database.drop();
});

/** The limit as one replica counts it. */
function replica() {
  const log = createLogger('test', { level: 'silent' });
  const note = (level: string) => (first: unknown, text?: string) =>
    void told.push(`${level}: ${text ?? String(first)}`);
  const store = new RateLimitStore(
    database.url,
    Object.assign(log, { warn: note('warn'), info: note('info') }),
  );
  stores.push(store);
  const counter = sharedCounter('address', limit, store);
  return async () => {
    const { allowed, remaining } = await counter.count('7');
    return allowed ? remaining : 'refused';
  };
}

async function lets(connect: boolean): Promise<void> {
  const name = new URL(database.url).pathname.slice(1);
  await admin.query(`alter database "${name}" allow_connections ${connect}`);
  if (connect) return;
  await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
    name,
  ]);
}

const away = async () =>
  /^mesh_http_rate_limit_store_away (\d)$/m.exec(await metrics.registry.metrics())?.[1];

it('given a store that goes away, then requests pass and each replica counts for itself, until it is back', async () => {
  const [one, other] = [replica(), replica()];
  expect([await one(), await other(), await away()]).toEqual([4, 3, '0']);
  await lets(false);
  for (const ask of [one, other])
    expect([await ask(), await ask(), await ask(), await ask(), await ask()]).toEqual([
      4, 3, 2, 1, 0,
    ]);
  expect([await one(), await away()]).toEqual(['refused', '1']);
  const warning = 'warn: Rate limits count in this process alone: their store is away';
  expect(told).toEqual([warning, warning]);
  await lets(true);
  expect(await other()).toBe('refused');
  vi.advanceTimersByTime(5_001);
  expect([await one(), await other(), await away()]).toEqual([2, 1, '0']);
  const back = 'info: Rate limits are shared again: their store is back';
  expect(told).toEqual([warning, warning, back, back]);
});

it('given a store that is away from the beginning, then requests pass', async () => {
  await lets(false);
  const ask = replica();
  expect([await ask(), await ask(), told.length]).toEqual([4, 3, 1]);
});
