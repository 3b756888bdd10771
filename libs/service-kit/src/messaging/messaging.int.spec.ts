import { Inject, Injectable, Module } from '@nestjs/common';
import { OrderCancelled, OrderConfirmed, OrderPlaced } from '@mesh/contracts/catalog/order';
import type { OrderConfirmed as OrderConfirmedData } from '@mesh/contracts/order-events';
import { RejectedError } from '@mesh/messaging';
import { inTransaction, type Outbox } from '@mesh/outbox';
import { currentTraceId, withTrace } from '@mesh/tracing';
import { sql, type Kysely, type Transaction } from 'kysely';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createDatabase, type TestDatabase } from '@mesh/tools/testing';
import { databaseConfig, serviceConfig, transportConfig } from '../config/fragments.js';
import { DATABASE, DatabaseModule } from '../database/database.module.js';
import { startService, type RunningService } from '../service.js';
import { EventHandler } from './event-handler.decorator.js';
import { MessagingModule, OUTBOX } from './messaging.module.js';
import type { ReceivedEvent } from './received-event.js';

interface Tables {
  effect: { order_id: string; event_id: string };
}

const seen: { attempts: string[]; traces: (string | undefined)[]; failures: number } = {
  attempts: [],
  traces: [],
  failures: 0,
};

@Injectable()
class OrderEventsSubscriber {
  constructor(@Inject(OUTBOX) private readonly outbox: Outbox) {}

  @EventHandler(OrderConfirmed)
  async onConfirmed(
    event: ReceivedEvent<OrderConfirmedData>,
    tx: Transaction<Tables>,
  ): Promise<void> {
    const { orderId } = event.data;
    seen.attempts.push(`${orderId}/${event.attempt}`);
    seen.traces.push(currentTraceId());
    await tx.insertInto('effect').values({ order_id: orderId, event_id: event.id }).execute();
    if (orderId === 'rejected') throw new RejectedError('rejected', 'Never');
    if (orderId === 'fails-twice' && seen.failures++ < 2) throw new Error('Not now');
  }
}

const migrations = {
  '001_effect': {
    up: async (db: Kysely<unknown>) => {
      await sql`create table effect (order_id text not null, event_id text not null)`.execute(db);
    },
  },
};

@Module({
  imports: [
    DatabaseModule.register({ migrations }),
    MessagingModule.register({ group: 'tiny', outbox: true }),
  ],
  providers: [OrderEventsSubscriber],
})
class TinyModule {}

const schema = z.object({ ...serviceConfig, ...databaseConfig, ...transportConfig });
let databases: TestDatabase[];
let service: RunningService;
let db: Kysely<Tables>;
let outbox: Outbox;

const start = () =>
  startService(
    TinyModule,
    schema,
    { name: 'tiny' },
    {
      NODE_ENV: 'test',
      LOG_LEVEL: 'silent',
      DATABASE_URL: databases[0]!.url,
      MESH_LOG_URL: databases[1]!.url,
    },
  );

beforeEach(async () => {
  databases = [await createDatabase('kit'), await createDatabase('kit_log')];
  Object.assign(seen, { attempts: [], traces: [], failures: 0 });
  service = await start();
  db = service.app.get<Kysely<Tables>>(DATABASE);
  outbox = service.app.get<Outbox>(OUTBOX);
  await service.ready();
});

afterEach(async () => {
  await service.stop();
  for (const database of databases) await database.drop();
});

const order = (orderId: string) => ({
  orderId,
  customerId: 'alice',
  version: 2,
  occurredAt: new Date(),
  feedSequence: 1,
});
const confirm = (orderId: string) =>
  inTransaction(db, outbox, (tx) => outbox.append(tx, OrderConfirmed, order(orderId)));
const effects = async () =>
  (await db.selectFrom('effect').select('order_id').orderBy('order_id').execute()).map(
    (row) => row.order_id,
  );

test('given an event that was appended, when it is committed, then its handler has its effect, in its trace', async () => {
  await withTrace(`00-${'c'.repeat(32)}-${'d'.repeat(16)}-01`, () => confirm('a'));
  await vi.waitFor(async () => expect(await effects()).toEqual(['a']));
  expect(seen.traces).toEqual(['c'.repeat(32)]);
});

test('given a handler that fails twice, when it succeeds, then there is one effect', async () => {
  await confirm('fails-twice');
  await vi.waitFor(async () => expect(await effects()).toEqual(['fails-twice']), { timeout: 5000 });
  expect(seen.attempts).toEqual(['fails-twice/1', 'fails-twice/2', 'fails-twice/3']);
});

test('given a handler that rejects, and events that nobody handles, when a later event comes, then it is handled', async () => {
  await confirm('rejected');
  await inTransaction(db, outbox, (tx) =>
    outbox.append(tx, OrderCancelled, { ...order('rejected'), reason: '' }),
  );
  await inTransaction(db, outbox, (tx) =>
    outbox.append(tx, OrderPlaced, { ...order('rejected'), lines: [], total: undefined }),
  );
  await confirm('b');
  await vi.waitFor(async () => expect(await effects()).toEqual(['b']));
  expect(seen.attempts).toContain('rejected/1');
});

test('given a stopped service, when it starts again, then it goes on where it was', async () => {
  await confirm('first');
  await vi.waitFor(async () => expect(await effects()).toEqual(['first']));
  await confirm('second');
  await service.stop();
  service = await start();
  db = service.app.get<Kysely<Tables>>(DATABASE);
  outbox = service.app.get<Outbox>(OUTBOX);
  await confirm('third');
  await vi.waitFor(async () => expect(await effects()).toEqual(['first', 'second', 'third']));
});
