import { Kysely, PostgresDialect, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { Pool } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '@mesh/tools/testing';
import { notificationOf } from '../domain/notification.js';
import type { OrderChange } from '../domain/order-change.js';
import { AnnounceOrderChange } from '../use-cases/announce-order-change.js';
import { migrations } from './migrations/index.js';
import type { NotificationsDatabase } from './notifications-database.js';
import { PostgresNotificationStore, type EventAppender } from './postgres-notification-store.js';

const change: OrderChange = {
  orderId: 'o-1',
  customerId: 'ann',
  version: 2,
  feedSequence: 7,
  status: 'CONFIRMED',
  occurredAt: new Date('2026-01-02T03:04:05Z'),
};
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const cause = { id: 'e-1', extensions: {} };
const announce = new AnnounceOrderChange({
  mailDomain: 'customers.example',
  webhooks: { wants: async () => false },
});

describe('PostgresNotificationStore', () => {
  let database: TestDatabase;
  let db: Kysely<NotificationsDatabase>;
  let store: PostgresNotificationStore;
  const appended = async () =>
    (await sql<{ type: string; data: object }>`select type, data from appended`.execute(db)).rows;
  const rows = () => db.selectFrom('notifications').selectAll().execute();

  beforeEach(async () => {
    database = await createDatabase('notifications');
    const pool = new Pool({ connectionString: database.url, max: 4 });
    pool.on('error', () => {});
    db = new Kysely({ dialect: new PostgresDialect({ pool }) });
    const provider = { getMigrations: async () => ({ ...migrations }) };
    const { error } = await new Migrator({ db, provider }).migrateToLatest();
    if (error) throw error;
    await sql`create table appended (position bigserial, type text, data jsonb)`.execute(db);
    const outbox: EventAppender = {
      async appendAll(tx, events) {
        for (const { definition, data } of events) {
          const json = JSON.stringify(definition.schema.toJSON(data));
          await sql`insert into appended (type, data) values (${definition.type}, ${json})`.execute(
            tx,
          );
        }
      },
    };
    store = new PostgresNotificationStore({ db, outbox });
  });
  afterEach(async () => {
    await db.destroy();
    await database.drop();
  });

  it('given a change, when announcing, then requests a mail and tells the browsers with its trace', async () => {
    await db
      .transaction()
      .execute((tx) => announce.execute(store.within(tx), [{ change, traceparent, cause }]));
    expect(await appended()).toEqual([
      {
        type: 'mesh.notifications.v1.OrderUpdateAnnounced',
        data: {
          orderId: 'o-1',
          customerId: 'ann',
          version: 2,
          status: 'ORDER_STATUS_CONFIRMED',
          occurredAt: '2026-01-02T03:04:05.000Z',
          traceparent,
          feedSequence: 7,
        },
      },
      {
        type: 'mesh.notifications.v1.EmailRequested',
        data: {
          notificationId: 'o-1-v2',
          orderId: 'o-1',
          customerId: 'ann',
          kind: 'order_confirmed',
          to: 'ann@customers.example',
          subject: 'Your order is confirmed',
          text: expect.stringContaining('Your order: o-1'),
        },
      },
    ]);
    expect(await rows()).toMatchObject([
      { notification_id: 'o-1-v2', status: 'requested', sent_at: null },
    ]);
  });

  it('given a change that was announced, when it is announced again, then tells nobody twice', async () => {
    for (let times = 0; times < 2; times++) {
      await db
        .transaction()
        .execute((tx) => announce.execute(store.within(tx), [{ change, traceparent, cause }]));
    }
    expect(await appended()).toHaveLength(2);
    expect(await rows()).toHaveLength(1);
  });

  it('given several changes at once, one of them twice, then tells each once, in their order', async () => {
    const changes = [2, 3, 2].map((version) => ({
      change: { ...change, version },
      traceparent,
      cause,
    }));
    await db.transaction().execute((tx) => announce.execute(store.within(tx), changes));
    const told = (await appended()).filter(({ type }) => type.endsWith('OrderUpdateAnnounced'));
    expect(told.map(({ data }) => (data as { version: number }).version)).toEqual([2, 3]);
    expect(await rows()).toHaveLength(2);
  });

  it('given a mail is marked as sent twice, then it keeps the first time', async () => {
    const notification = notificationOf(change);
    await db.transaction().execute((tx) => store.within(tx).add([notification]));
    expect(await store.isSent('o-1-v2')).toBe(false);
    await store.markSent(notification);
    const [first] = await rows();
    await store.markSent(notification);
    expect(await store.isSent('o-1-v2')).toBe(true);
    expect(await rows()).toEqual([first]);
  });

  it('given a mail that nobody asked for here, when marked as sent, then it is recorded', async () => {
    await store.markSent(notificationOf(change));
    expect(await store.isSent('o-1-v2')).toBe(true);
  });
});
