import { freePorts } from '@mesh/tools/servers/free-ports';
import { createDatabase, type TestDatabase } from '@mesh/tools/testing';
import pg from 'pg';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { devKey } from '../testing/dev-key.js';
import { buildTinyService, TinyProcess } from '../testing/tiny-process.js';

let database: TestDatabase;
let env: Record<string, string>;
const started: TinyProcess[] = [];

beforeAll(buildTinyService);
beforeEach(async () => {
  database = await createDatabase('kit_migrate');
  env = {
    DATABASE_URL: database.url,
    MESH_LOG_URL: database.url,
    AUTH_DEV_KEY_FILE: (await devKey()).file,
  };
});
afterEach(async () => {
  for (const one of started) one.kill('SIGKILL');
  await Promise.all(started.splice(0).map(({ exited }) => exited));
  await database.drop();
});

const start = (changes: Record<string, string> = {}, args: readonly string[] = []) => {
  const one = new TinyProcess({ ...env, ...changes }, args);
  started.push(one);
  return one;
};
const waitFor = <T>(check: () => T | Promise<T>) =>
  vi.waitFor(check, { timeout: 20_000, interval: 20 });

async function rows(statement: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

test('given two at once, when told to migrate, then one does, both end with 0, and neither serves', async () => {
  const both = [start({}, ['--migrate']), start({}, ['--migrate'])];
  expect(await Promise.all(both.map(({ exited }) => exited))).toEqual([0, 0]);
  expect(both.flatMap(({ lines }) => lines.filter(({ msg }) => msg === 'Migration done'))).toEqual([
    expect.objectContaining({ migration: '001_tiny' }),
  ]);
  expect(await rows('select name from tiny')).toEqual([{ name: 'made once' }]);
  expect(both.map((one) => one.line('Ready'))).toEqual([undefined, undefined]);
});

test('given a schema that is too old, when not to migrate, then is not ready until a job has', async () => {
  const [port] = await freePorts(1);
  const waiting = start({ MIGRATE_ON_START: 'false', MANAGEMENT_PORT: String(port) });
  const waitingFor = expect.arrayContaining([
    {
      name: 'database',
      reason: 'The schema lacks 001_tiny: run the service with --migrate',
    },
  ]) as unknown;
  await waitFor(async () => {
    const response = await fetch(`http://127.0.0.1:${port}/health/ready`);
    expect([response.status, await response.json()]).toEqual([
      503,
      { status: 'waiting', waitingFor },
    ]);
  });
  expect(await start({}, ['--migrate']).exited).toBe(0);
  await waitFor(() => expect(waiting.line('Ready')).toBeDefined());
});

test('given a schema that is newer, as after a rollback, when started, then serves', async () => {
  expect(await start({}, ['--migrate']).exited).toBe(0);
  await rows(`insert into kysely_migration (name, timestamp) values ('002_later', '')`);
  const old = start();
  await waitFor(() => expect(old.line('Ready')).toBeDefined());
});

test('given a migration that fails, when told to migrate, then ends with 1 and leaves nothing of it', async () => {
  await rows('create table tiny_blocker ()');
  const job = start({}, ['--migrate']);
  expect(await job.exited).toBe(1);
  expect(job.line('The database could not be migrated')).toMatchObject({ level: 'fatal' });
  expect(await rows(`select from pg_tables where tablename = 'tiny'`)).toEqual([]);
});
