import { OutboxModule, TransactionalEventEmitter } from '@fullstackhouse/nestjs-outbox';
import {
  OutboxTransportEventMigrations,
  TypeORMDatabaseDriverFactory,
  TypeOrmOutboxTransportEvent,
} from '@fullstackhouse/nestjs-outbox-typeorm-driver';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { counted, type OutboxPeer, type OutboxPeerOptions } from './outbox-peer.js';

const EVENT = 'order-placed';
const DAY_MS = 24 * 60 * 60 * 1000;
const FILL = `insert into outbox_transport_event
  (event_name, event_payload, expire_at, attempt_at, retry_count, status, inserted_at, delivered_to_listeners)
select '${EVENT}', json_build_object('name', '${EVENT}', 'index', index, 'payload', payload),
  (extract(epoch from now()) * 1000 + ${DAY_MS})::bigint, 0, 0, 'pending', 0, '[]'
from unnest($1::jsonb[], $2::int[]) as e(payload, index)`;

/** With its TypeORM driver, as a Nest application of its own. */
export function nestjsOutbox({ pool, url, batch }: OutboxPeerOptions): OutboxPeer {
  const source = new DataSource({
    ...{ type: 'postgres', url },
    entities: [TypeOrmOutboxTransportEvent],
  });
  return {
    name: 'nestjs-outbox',
    async install() {
      await source.initialize();
      // One by one: a name among them is not of the form that TypeORM runs by itself.
      const runner = source.createQueryRunner();
      for (const Migration of OutboxTransportEventMigrations) await new Migration().up(runner);
      await runner.release();
    },
    async fill(messages) {
      await pool.query(FILL, [
        messages.map(({ event }) => JSON.stringify(event.extensions)),
        messages.map((_, index) => index),
      ]);
    },
    async drain(options) {
      const { done, publish } = counted(options);
      const listeners = { retentionPeriod: DAY_MS, maxExecutionTime: 60_000, maxRetries: 5 };
      const module = OutboxModule.registerAsync({
        enableDefaultMiddlewares: false,
        imports: [],
        useFactory: () => ({
          driverFactory: new TypeORMDatabaseDriverFactory(source),
          events: [{ name: EVENT, listeners }],
          pollingInterval: 10,
          maxEventsPerPoll: batch,
        }),
      });
      const app = await NestFactory.createApplicationContext(module, { logger: false });
      app.get(TransactionalEventEmitter).addListener<{ readonly index: number }>(EVENT, {
        getName: () => 'bench',
        handle: ({ index }) => publish(index),
      });
      await done;
      await app.close();
    },
  };
}
