import { Injectable, Module } from '@nestjs/common';
import { OrderCancelled, OrderConfirmed } from '@mesh/contracts/catalog/order';
import type { OrderConfirmed as OrderConfirmedData } from '@mesh/contracts/order-events';
import { DeadLetters, inTransaction, OUTBOX_SCHEMA, type Outbox } from '@mesh/outbox';
import { createDatabase, type TestDatabase } from '@mesh/tools/testing';
import { sql, type Kysely, type Transaction } from 'kysely';
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { authConfig, databaseConfig, serviceConfig, transportConfig } from '../config/fragments.js';
import { DATABASE, DatabaseModule, PG_POOL } from '../database/database.module.js';
import { startService, type RunningService } from '../service.js';
import { devKey } from '../testing/dev-key.js';
import { EventHandler } from './event-handler.decorator.js';
import { MessagingModule, OUTBOX } from './messaging.module.js';
import type { ReceivedEvent } from './received-event.js';

interface Tables {
  effect: { n?: number; order_id: string; version: number };
}

const group = 'by-key';

@Injectable()
class Subscriber {
  @EventHandler(OrderConfirmed, { inbox: 'by-key' })
  async onConfirmed(
    { data: { orderId, version } }: ReceivedEvent<OrderConfirmedData>,
    tx: Transaction<Tables>,
  ): Promise<void> {
    await tx.insertInto('effect').values({ order_id: orderId, version }).execute();
  }
}

const migrations = {
  '001_effect': {
    up: async (db: Kysely<unknown>) => {
      await sql`create table effect (n serial, order_id text not null, version int not null)`.execute(
        db,
      );
    },
  },
};

@Module({
  imports: [
    DatabaseModule.register({ migrations }),
    MessagingModule.register({ group, outbox: true }),
  ],
  providers: [Subscriber],
})
class TinyModule {}

let database: TestDatabase;
let logDatabase: TestDatabase;
let service: RunningService;
let db: Kysely<Tables>;
let pool: Pool;
let outbox: Outbox;
let token: string;

beforeAll(async () => {
  database = await createDatabase('kit');
  logDatabase = await createDatabase('kit_log');
  const key = await devKey();
  token = await key.sign({ sub: 'ann', roles: ['operator'] });
  service = await startService(
    TinyModule,
    z.object({ ...serviceConfig, ...databaseConfig, ...transportConfig, ...authConfig }),
    { name: 'tiny' },
    {
      ...{ NODE_ENV: 'test', LOG_LEVEL: 'silent', MESH_PROFILE: 'embedded' },
      ...{ MESH_LOG_URL: logDatabase.url, DATABASE_URL: database.url },
      ...{ AUTH_DEV_KEY_FILE: key.file, INBOX_GAP_TIMEOUT_MS: '100' },
    },
  );
  db = service.app.get<Kysely<Tables>>(DATABASE);
  pool = service.app.get<Pool>(PG_POOL);
  outbox = service.app.get<Outbox>(OUTBOX);
  await service.ready();
}, 60_000);

afterAll(async () => {
  await service.stop();
  await database.drop();
  await logDatabase.drop();
});

const eventually = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 30_000 });
const data = (orderId: string, version: number) => ({
  ...{ orderId, customerId: 'alice', version, occurredAt: new Date(), feedSequence: version },
});
const confirm = (orderId: string, version: number) =>
  inTransaction(db, outbox, (tx) => outbox.append(tx, OrderConfirmed, data(orderId, version)));
/** An event that the service has no handler for. */
const cancel = (orderId: string, version: number) =>
  inTransaction(db, outbox, (tx) =>
    outbox.append(tx, OrderCancelled, { ...data(orderId, version), reason: '' }),
  );
/** As if an event had been numbered and lost. */
const lose = (orderId: string) =>
  pool.query(`update ${OUTBOX_SCHEMA}.key_number set number = number + 1 where key = $1`, [
    orderId,
  ]);
const effects = async (orderId: string) => {
  const rows = db.selectFrom('effect').select('version').where('order_id', '=', orderId);
  return (await rows.orderBy('n').execute()).map(({ version }) => version);
};
const ask = async (path: string, body: object) => {
  const response = await fetch(`http://127.0.0.1:${service.ports.management}${path}`, {
    ...{ method: 'POST', body: JSON.stringify(body) },
    headers: { authorization: `Bearer ${token}` },
  });
  return (await response.json()) as Record<string, unknown>;
};

test('given events that nobody handles among those that are, then no gap is seen', async () => {
  const orderId = randomUUID();
  await confirm(orderId, 1);
  await cancel(orderId, 2);
  await cancel(orderId, 3);
  await confirm(orderId, 4);
  await eventually(async () => expect(await effects(orderId)).toEqual([1, 4]));
  const { rows } = await pool.query(
    `select source, number::int as number from mesh_inbox.key_number where key = $1`,
    [orderId],
  );
  expect(rows).toEqual([{ source: '/tiny', number: 4 }]);
});

test('given an event is missing, then what follows it in its key is parked as a gap, other keys go on, and a redrive goes on in order', async () => {
  const [orderId, other] = [randomUUID(), randomUUID()];
  await confirm(orderId, 1);
  await lose(orderId);
  await cancel(orderId, 3);
  await confirm(orderId, 4);
  await confirm(other, 1);
  await eventually(async () => expect(await effects(other)).toEqual([1]));
  const letters = new DeadLetters(pool);
  const parked = async () => (await letters.list({ group })).filter(({ key }) => key === orderId);
  await eventually(async () => expect(await parked()).toHaveLength(2));
  expect(await parked()).toMatchObject([
    { reason: 'gap', errorCode: 'SEQUENCE_GAP', eventType: OrderCancelled.type },
    { reason: 'gap', eventType: OrderConfirmed.type, behind: expect.any(String) },
  ]);
  expect(await effects(orderId)).toEqual([1]);
  const ids = (await parked()).map(({ id }) => id);
  expect(await ask('/dead-letters/redrive', { ids })).toMatchObject({
    results: [{ result: 'done' }, { result: 'done' }],
  });
  await confirm(orderId, 5);
  await eventually(async () => expect(await effects(orderId)).toEqual([1, 4, 5]));
}, 60_000);

test('given a replay, then what was taken has no effect, and with again it has one more, in order', async () => {
  const orderId = randomUUID();
  const from = new Date().toISOString();
  for (const version of [1, 2, 3]) await confirm(orderId, version);
  await eventually(async () => expect(await effects(orderId)).toEqual([1, 2, 3]));
  const replay = { group, stream: OrderConfirmed.stream.name, from };
  const caughtUp = () =>
    eventually(async () =>
      expect(await ask('/replays/plan', replay)).toMatchObject({ events: 3, known: 3 }),
    );
  await caughtUp();
  expect(await ask('/replays', replay)).toMatchObject({ forgotten: 0 });
  await caughtUp();
  expect(await ask('/replays', { ...replay, again: true })).toMatchObject({ forgotten: 3 });
  await eventually(async () => expect(await effects(orderId)).toEqual([1, 2, 3, 1, 2, 3]));
}, 60_000);
