import { createLogger } from '@mesh/tracing';
import { createDatabase } from '@mesh/tools/testing';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPool, kyselyPool } from './pool.js';

interface Tables {
  thing: { id: number; name?: string };
}

let close: () => Promise<void>;
let db: Kysely<Tables>;

beforeAll(async () => {
  const database = await createDatabase('kit_pool');
  const log = createLogger('pool', { level: 'silent' });
  const pool = createPool({ url: database.url, size: 1, applicationName: 'pool', log });
  db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: kyselyPool(pool) }) });
  close = () => pool.end().then(() => database.drop());
  await sql`create table thing (id int primary key)`.execute(db);
  await db.insertInto('thing').values({ id: 1 }).execute();
});
afterAll(() => close());

const find = (id: number) => db.selectFrom('thing').selectAll().where('id', '=', id).execute();

test('given a statement with parameters, when it is repeated, then it was prepared once', async () => {
  await find(1);
  await find(2);
  const { rows } = await sql<{ name: string; executions: number }>`
    select name, (generic_plans + custom_plans)::int as executions from pg_prepared_statements
    where statement like ${'select * from "thing"%'}`.execute(db);
  expect(rows).toEqual([{ name: expect.stringMatching(/^kit-\d+$/), executions: 2 }]);
});

test('given a migration changed what a prepared statement returns, when it is repeated, then it fails as UNAVAILABLE once', async () => {
  await find(1);
  await sql`alter table thing add column name text`.execute(db);
  await expect(find(1)).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
  expect(await find(1)).toEqual([{ id: 1, name: null }]);
});
