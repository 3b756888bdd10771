import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '@mesh/tools/testing';
import { draft, place } from '../use-cases/testing/order-store.fixture.js';
import { orderStoreSuite } from '../use-cases/testing/order-store.suite.js';
import type { OrderUpdate } from '../domain/order.js';
import { migrations } from './migrations/migrations.js';
import type { OrderTables } from './order-tables.js';
import { PostgresOrderStore } from './postgres-order-store.js';
import type { EventAppender } from './postgres-order-transaction.js';

let database: TestDatabase;
let db: Kysely<OrderTables>;
const statements: string[] = [];

beforeAll(async () => {
  database = await createDatabase('order');
  const pool = new pg.Pool({ connectionString: database.url, max: 12 });
  const log = ({ query }: { query: { sql: string } }): void => void statements.push(query.sql);
  db = new Kysely({ dialect: new PostgresDialect({ pool }), log });
  for (const { up } of Object.values(migrations)) await up(db);
  await sql`create table appended (position serial, type text)`.execute(db);
});

beforeEach(async () => {
  await sql`truncate orders, order_updates, customer_feeds, idempotency_keys, appended`.execute(db);
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

function open() {
  const changes: OrderUpdate[] = [];
  let wakes = 0;
  const append: EventAppender['append'] = (tx, { type }) =>
    sql`insert into appended (type) values (${type})`.execute(tx);
  const store = new PostgresOrderStore({
    db,
    events: { append, wake: () => void wakes++ },
    onChange: (update) => changes.push(update),
  });
  return { store, changes, wakes: () => wakes };
}

async function events(): Promise<readonly { readonly type: string }[]> {
  return (await sql<{ type: string }>`select type from appended order by position`.execute(db))
    .rows;
}

async function advance(ms: number): Promise<void> {
  const by = sql`${ms} * interval '1 millisecond'`;
  await sql`update orders set reservation_deadline = reservation_deadline - ${by}`.execute(db);
  await sql`update idempotency_keys set created_at = created_at - ${by}`.execute(db);
  await sql`update order_updates set occurred_at = occurred_at - ${by}`.execute(db);
}

describe('PostgresOrderStore', () => {
  orderStoreSuite(() => {
    return { store: open().store, advance, events };
  });

  it('given an overdue order that another replica has locked, then it is passed over', async () => {
    const { store } = open();
    await place(store, draft('two-replicas'));
    await advance(30_000);
    await store.transaction(async (mine) => {
      expect(await mine.lockOverdue()).toBeDefined();
      expect(await store.transaction((other) => other.lockOverdue())).toBeUndefined();
    });
  });

  it('given a change, then it is told after the commit and not when the transaction fails', async () => {
    const { store, changes, wakes } = open();
    await store.transaction(async (tx) => {
      await tx.place(draft('told'), { key: '1', requestHash: '' }, 1000);
      expect(changes).toEqual([]);
    });
    expect(changes).toMatchObject([{ customerId: 'told', version: 1 }]);
    expect(wakes()).toBe(1);
    const failing = store.transaction(async (tx) => {
      await tx.place(draft('told'), { key: '2', requestHash: '' }, 1000);
      throw new Error('on purpose');
    });
    await expect(failing).rejects.toThrow('on purpose');
    expect(changes).toHaveLength(1);
  });

  it('given the total is the largest possible, then it comes back exact', async () => {
    const { store } = open();
    const total = { amountMinor: Number.MAX_SAFE_INTEGER, currency: 'EUR' };
    const order = { ...draft('rich'), total };
    await place(store, order);
    expect((await store.find('rich', order.orderId))?.total).toEqual(total);
  });

  it('given an order that is not locked at its version, when a change is recorded, then it fails', async () => {
    const { store } = open();
    const order = draft('unlocked');
    await place(store, order);
    const found = await store.find('unlocked', order.orderId);
    const recording = store.transaction((tx) =>
      tx.record({ ...found!, version: 7 }, { status: 'CONFIRMED', reason: undefined }),
    );
    await expect(recording).rejects.toThrow(
      `Order ${order.orderId} is not at version 7: lock it first`,
    );
    expect((await store.feed('unlocked', { afterSequence: 0, limit: 9 })).latestSequence).toBe(1);
  });

  it('placing is one statement between begin and commit', async () => {
    const { store } = open();
    statements.length = 0;
    await place(store, draft('counted'));
    expect(statements.map((text) => text.trim().split(/\s+/)[0])).toEqual([
      ...['begin', 'with', 'commit'],
    ]);
  });
});
