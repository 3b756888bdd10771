import { Inject, Injectable, Module } from '@nestjs/common';
import { OrderConfirmed, OrderRejected } from '@mesh/contracts/catalog/order';
import type {
  OrderConfirmed as Confirmed,
  OrderRejected as Rejected,
} from '@mesh/contracts/order-events';
import { inTransaction, type Outbox } from '@mesh/outbox';
import {
  authConfig,
  DATABASE,
  databaseConfig,
  DatabaseModule,
  EventHandler,
  MessagingModule,
  OUTBOX,
  outboxConfig,
  serviceConfig,
  startService,
  transportConfig,
  type ReceivedEvent,
  type RunningService,
} from '@mesh/service-kit';
import { createDatabase } from '@mesh/tools/testing';
import type { Kysely } from 'kysely';
import { z } from 'zod';

/** What the handlers of the service do. */
export const mood = { refuses: new Set<string>(), isDown: false };

@Injectable()
class Subscriber {
  @EventHandler(OrderConfirmed, { retry: { attempts: 1 } })
  async onConfirmed({ data }: ReceivedEvent<Confirmed>): Promise<void> {
    if (mood.refuses.has(data.orderId)) throw new Error(`Not ${data.orderId}`);
  }

  @EventHandler(OrderRejected, {
    ...{ group: 'operated.calls', delivery: 'at-least-once' },
    retry: { attempts: 1000, minMs: 1, maxMs: 5 },
    breaker: { failures: 2, pauseMs: 50 },
  })
  async onRejected(_event: ReceivedEvent<Rejected>): Promise<void> {
    if (mood.isDown) throw new Error('Down');
  }
}

@Injectable()
export class Source {
  constructor(
    @Inject(DATABASE) private readonly db: Kysely<unknown>,
    @Inject(OUTBOX) private readonly outbox: Outbox,
  ) {}

  confirm(orderId: string, version: number): Promise<unknown> {
    const data = order(orderId, version);
    return inTransaction(this.db, this.outbox, (tx) =>
      this.outbox.append(tx, OrderConfirmed, data),
    );
  }

  reject(orderId: string): Promise<unknown> {
    const data = { ...order(orderId, 1), reason: 'x' };
    return inTransaction(this.db, this.outbox, (tx) => this.outbox.append(tx, OrderRejected, data));
  }
}

const order = (orderId: string, version: number) => ({
  ...{ orderId, version, customerId: 'ann', occurredAt: new Date(), feedSequence: 1 },
});

@Module({
  imports: [
    DatabaseModule.register({ migrations: {} }),
    MessagingModule.register({ group: 'operated', outbox: true }),
  ],
  providers: [Subscriber, Source],
})
class OperatedModule {}

/** A service with an outbox, handlers that fail when told, and a management port; `stop` ends it. */
export async function startOperated(keyFile: string) {
  const databases = [await createDatabase('operated'), await createDatabase('operated_log')];
  const service: RunningService = await startService(
    OperatedModule,
    z.object({
      ...{ ...serviceConfig, ...databaseConfig, ...outboxConfig },
      ...{ ...transportConfig, ...authConfig },
    }),
    { name: 'operated' },
    {
      ...{ NODE_ENV: 'test', LOG_LEVEL: 'silent', AUTH_DEV_KEY_FILE: keyFile },
      ...{ DATABASE_URL: databases[0]!.url, MESH_LOG_URL: databases[1]!.url },
    },
  );
  await service.ready();
  return {
    management: `http://127.0.0.1:${service.ports.management}`,
    source: service.app.get(Source),
    stop: async () => {
      await service.stop();
      for (const database of databases) await database.drop();
    },
  };
}
