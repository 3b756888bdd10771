import { createLogger } from '@mesh/tracing';
import { createDatabase } from '@mesh/tools/testing';
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
  db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: kyselyPool(pool, isUnawaited) }),
  });
  close = () => pool.end().then(() => database.drop());
  await sql`create table thing (id int primary key)`.execute(db);
  await db.insertInto('thing').values({ id: 1 }).execute();
});
afterAll(() => close());

const isUnawaited = (text: string) => text.includes('/* unawaited */');
const find = (id: number, from: Kysely<Tables> = db) =>
  from.selectFrom('thing').selectAll().where('id', '=', id).execute();
/** Ends the connection of a transaction from inside. */
const cut = (tx: Transaction<Tables>) =>
  sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx).catch(() => undefined);

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

describe('a statement that is not waited for', () => {
  const append = (tx: Transaction<Tables>, id: number) =>
    sql`insert into thing /* unawaited */ (id) values (${id})`.execute(tx);

  test('given it is the last one, when committing, then it is there', async () => {
    await db.transaction().execute(async (tx) => {
      await append(tx, 10);
      await append(tx, 11);
    });
    expect(await find(10)).toHaveLength(1);
    expect(await find(11)).toHaveLength(1);
  });

  test('given it fails, when committing, then the transaction fails with its error and leaves nothing', async () => {
    const work = db.transaction().execute(async (tx) => {
      await tx.insertInto('thing').values({ id: 20 }).execute();
      await append(tx, 1);
    });
    await expect(work).rejects.toMatchObject({ code: '23505', constraint: 'thing_pkey' });
    expect(await find(20)).toEqual([]);
  });

  test('given it fails, when another statement follows, then that one fails with its error', async () => {
    const work = db.transaction().execute(async (tx) => {
      await append(tx, 1);
      await expect(find(2, tx)).rejects.toMatchObject({ code: '23505' });
      throw new Error('Given up');
    });
    await expect(work).rejects.toThrow('Given up');
    expect(await find(1)).toHaveLength(1);
  });

  test('given the connection is cut before the commit, when committing, then it fails as UNAVAILABLE and leaves nothing', async () => {
    const work = db.transaction().execute(async (tx) => {
      await append(tx, 30);
      await cut(tx);
      await append(tx, 31);
    });
    await expect(work).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await find(30)).toEqual([]);
  });
});

test('given a statement that failed and was not told, when committing, then the transaction fails', async () => {
  const swallowed = db.transaction().execute(async (tx) => {
    await tx.insertInto('thing').values({ id: 70 }).execute();
    await tx
      .insertInto('thing')
      .values({ id: 70 })
      .execute()
      .catch(() => undefined);
  });
  await expect(swallowed).rejects.toThrow('Transaction was rolled back instead of committed');
  expect(await find(70)).toEqual([]);
});
