import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { createLogger } from '@mesh/tracing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createDatabase, type TestDatabase } from '@mesh/tools/testing';
import { changeOrder } from '../use-cases/change-order.js';
import { draft, place } from '../use-cases/testing/order-store.fixture.js';
import { WatchOrder } from '../use-cases/watch-order.js';
import { createOrders } from './migrations/001_create_orders.js';
import type { OrderTables } from './order-tables.js';
import { PostgresOrderSignals } from './postgres-order-signals.js';
import { PostgresOrderStore } from './postgres-order-store.js';

let database: TestDatabase;
const log = createLogger('test', { level: 'silent' });
const closing: (() => Promise<unknown>)[] = [];

/** What a replica of the service has: connections, signals and a store of its own. */
function replica() {
  const pool = new pg.Pool({ connectionString: database.url, max: 4 });
  const db = new Kysely<OrderTables>({ dialect: new PostgresDialect({ pool }) });
  const signals = new PostgresOrderSignals({ db, databaseUrl: database.url, log });
  const events = { append: async () => undefined, wake: () => undefined };
  const onChange = signals.changed.bind(signals);
  const store = new PostgresOrderStore({ db, events, onChange });
  closing.push(async () => {
    await signals.close();
    await db.destroy();
  });
  return { db, store, signals, watchOrder: new WatchOrder(store, signals) };
}

beforeAll(async () => {
  database = await createDatabase('order');
  await createOrders.up(replica().db);
});

afterAll(async () => {
  await Promise.all(closing.map((close) => close()));
  await database.drop();
});

describe('PostgresOrderSignals', () => {
  it.each(['this', 'another'])(
    'given a change by %s replica, then a watch sees it in order',
    async (by) => {
      const watching = replica();
      const changing = by === 'this' ? watching : replica();
      const { orderId, customerId } = draft('anna');
      await place(changing.store, { ...draft(customerId), orderId });
      const abort = new AbortController();
      const query = { customerId, orderId, afterVersion: 0 };
      const seen: number[] = [];
      const watch = (async () => {
        for await (const { version } of watching.watchOrder.execute(query, abort.signal))
          seen.push(version);
      })();
      const change = (type: 'confirm' | 'cancel') =>
        changing.store.transaction(async (tx) => {
          const order = await tx.lock(orderId);
          if (order) await changeOrder(tx, order, { type });
        });
      await vi.waitFor(() => expect(seen).toEqual([1]));
      await change('confirm');
      await vi.waitFor(() => expect(seen).toEqual([1, 2]), { timeout: 5000 });
      await change('cancel');
      await watch;
      expect(seen).toEqual([1, 2, 3]);
    },
  );

  it.each(['this', 'another'])(
    'given a change by %s replica, then who watches the feed of its customer is told, and nobody else',
    async (by) => {
      const watching = replica();
      const changing = by === 'this' ? watching : replica();
      const customerId = `c:1, é ${crypto.randomUUID()}`;
      const changed = vi.fn();
      const other = vi.fn();
      watching.signals.watchFeed(customerId, changed);
      watching.signals.watchFeed(`${customerId}x`, other);
      await place(changing.store, draft(customerId));
      await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(1), { timeout: 5000 });
      expect(other).not.toHaveBeenCalled();
    },
  );

  it('given its listening connection is killed, then no change is missed', async () => {
    const watching = replica();
    const changing = replica();
    const { orderId, customerId } = draft('ben');
    await place(changing.store, { ...draft(customerId), orderId });
    const query = { customerId, orderId, afterVersion: 1 };
    const updates = watching.watchOrder.execute(query, new AbortController().signal);
    const next = updates.next();
    const killed = await vi.waitFor(async () => {
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      const { rows } = await client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = 'order-change-channel' and datname = current_database()`,
      );
      await client.end();
      expect(rows.length).toBeGreaterThan(0);
      return rows.length;
    });
    expect(killed).toBeGreaterThan(0);
    await changing.store.transaction(async (tx) => {
      const order = await tx.lock(orderId);
      if (order) await changeOrder(tx, order, { type: 'cancel' });
    });
    expect((await next).value).toMatchObject({ version: 2 });
  });
});
