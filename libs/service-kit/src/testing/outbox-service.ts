import { Inject, Injectable, Module } from '@nestjs/common';
import { StockUpdateAnnounced } from '@mesh/contracts/catalog/notifications';
import { OrderConfirmed } from '@mesh/contracts/catalog/order';
import type { OrderConfirmed as OrderConfirmedData } from '@mesh/contracts/order-events';
import { inTransaction, type Outbox } from '@mesh/outbox';
import { sql, type Kysely, type Transaction } from 'kysely';
import { z } from 'zod';
import {
  authConfig,
  databaseConfig,
  outboxConfig,
  serviceConfig,
  transportConfig,
} from '../config/fragments.js';
import { DATABASE, DatabaseModule } from '../database/database.module.js';
import { EventHandler } from '../messaging/event-handler.decorator.js';
import { MessagingModule, OUTBOX } from '../messaging/messaging.module.js';
import type { ReceivedEvent } from '../messaging/received-event.js';
import { startService, type RunningService } from '../service.js';
import { devKey } from './dev-key.js';

interface Tables {
  effect: { order_id: string };
}

/** Answers each confirmed order with an event of its own. */
@Injectable()
class Answering {
  static tries = 0;
  constructor(@Inject(OUTBOX) private readonly outbox: Outbox) {}

  @EventHandler(OrderConfirmed, { retry: { attempts: 2 } })
  async onConfirmed(
    { data }: ReceivedEvent<OrderConfirmedData>,
    tx: Transaction<Tables>,
  ): Promise<void> {
    Answering.tries += 1;
    await tx.insertInto('effect').values({ order_id: data.orderId }).execute();
    const { orderId: sku, version, occurredAt } = data;
    await this.outbox.append(tx, StockUpdateAnnounced, { sku, available: 0, version, occurredAt });
  }
}

const migrations = {
  '001_effect': {
    up: async (db: Kysely<unknown>) => {
      await sql`create table effect (order_id text not null)`.execute(db);
    },
  },
};

@Module({
  imports: [
    DatabaseModule.register({ migrations }),
    MessagingModule.register({ group: 'answering', outbox: true }),
  ],
  providers: [Answering],
})
class AnsweringModule {}

/** A service with an outbox that takes `maxEvents`, in the embedded profile. */
export async function startAnswering(options: {
  readonly url: string;
  readonly logUrl: string;
  readonly maxEvents?: number;
  readonly relay?: 'polling' | 'logical';
}) {
  const key = await devKey();
  const token = await key.sign({ sub: 'ann', roles: ['operator'] });
  const service: RunningService = await startService(
    AnsweringModule,
    z.object({
      ...{ ...serviceConfig, ...databaseConfig, ...outboxConfig },
      ...{ ...transportConfig, ...authConfig },
    }),
    { name: 'answering' },
    {
      ...{ NODE_ENV: 'test', LOG_LEVEL: 'silent', MESH_PROFILE: 'embedded' },
      ...{ DATABASE_URL: options.url, MESH_LOG_URL: options.logUrl, AUTH_DEV_KEY_FILE: key.file },
      OUTBOX_MAX_EVENTS: String(options.maxEvents ?? 1000),
      OUTBOX_RELAY: options.relay,
    },
  );
  const db = service.app.get<Kysely<Tables>>(DATABASE);
  const outbox = service.app.get<Outbox>(OUTBOX);
  const management = `http://127.0.0.1:${service.ports.management}`;
  return {
    service,
    db,
    tries: () => Answering.tries,
    /** Of so many orders at once. */
    confirm: (...orderIds: readonly string[]) =>
      inTransaction(db, outbox, (tx) =>
        outbox.appendAll(
          tx,
          orderIds.map((orderId) =>
            OrderConfirmed.with({
              ...{ orderId, customerId: 'alice', version: 2, feedSequence: 2 },
              occurredAt: new Date(),
            }),
          ),
        ),
      ),
    effects: async () => (await db.selectFrom('effect').selectAll().execute()).length,
    /** Of the management port. */
    async ask(path: string, body?: object, bearer: string = token) {
      const response = await fetch(`${management}${path}`, {
        ...(body && { method: 'POST', body: JSON.stringify(body) }),
        headers: { authorization: `Bearer ${bearer}` },
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
  };
}
