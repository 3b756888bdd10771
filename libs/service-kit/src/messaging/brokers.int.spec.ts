import { randomUUID } from 'node:crypto';
import { Injectable, Module } from '@nestjs/common';
import { GaugeAnnounced } from '@mesh/contracts/catalog/probe';
import { JobConfirmed } from '@mesh/contracts/catalog/probe';
import type { GaugeAnnounced as GaugeAnnouncedData } from '@mesh/contracts/probe-events';
import type { JobConfirmed as JobConfirmedData } from '@mesh/contracts/probe-events';
import { inTransaction, type Outbox } from '@mesh/outbox';
import { createDatabase, type TestDatabase } from '@mesh/tools/testing';
import type { Kysely } from 'kysely';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { databaseConfig, serviceConfig, transportConfig } from '../config/fragments.js';
import { DATABASE, DatabaseModule } from '../database/database.module.js';
import { startService, type RunningService } from '../service.js';
import { EventHandler } from './event-handler.decorator.js';
import { MessagingModule, OUTBOX } from './messaging.module.js';
import type { ReceivedEvent } from './received-event.js';

const { TEST_KAFKA_BROKERS, TEST_AMQP_URL } = process.env;
const key = randomUUID();
const seen: string[] = [];

@Injectable()
class Subscriber {
  @EventHandler(JobConfirmed)
  async onConfirmed({ data }: ReceivedEvent<JobConfirmedData>): Promise<void> {
    if (data.jobId === key) seen.push('confirmed');
  }

  @EventHandler(GaugeAnnounced, {
    filter: [`gauge.${key}`],
    delivery: 'at-most-once',
    ephemeral: true,
  })
  async onGauge({ data }: ReceivedEvent<GaugeAnnouncedData>): Promise<void> {
    seen.push(`gauge ${data.level}`);
  }
}

@Module({
  imports: [
    DatabaseModule.register({ migrations: {} }),
    MessagingModule.register({ group: `kit-${key}`, outbox: true }),
  ],
  providers: [Subscriber],
})
class TinyModule {}

describe.skipIf(!TEST_KAFKA_BROKERS || !TEST_AMQP_URL)('the brokers profile', () => {
  let database: TestDatabase;
  let service: RunningService;

  beforeAll(async () => {
    database = await createDatabase('kit');
    const schema = z.object({ ...serviceConfig, ...databaseConfig, ...transportConfig });
    service = await startService(
      TinyModule,
      schema,
      { name: 'tiny' },
      {
        LOG_LEVEL: 'silent',
        MESH_PROFILE: 'brokers',
        DATABASE_URL: database.url,
        KAFKA_BROKERS: TEST_KAFKA_BROKERS,
        AMQP_URL: TEST_AMQP_URL,
      },
    );
    await service.ready();
  });

  afterAll(async () => {
    await service.stop();
    await database.drop();
  });

  test('given real brokers, when events are appended, then facts come by Kafka and work by AMQP', async () => {
    const db = service.app.get<Kysely<unknown>>(DATABASE);
    const outbox = service.app.get<Outbox>(OUTBOX);
    await inTransaction(db, outbox, async (tx) => {
      const occurredAt = new Date();
      const job = { jobId: key, customerId: 'alice', version: 2, occurredAt, feedSequence: 1 };
      await outbox.append(tx, JobConfirmed, job);
      await outbox.append(tx, GaugeAnnounced, {
        gauge: key,
        level: 7,
        version: 1,
        occurredAt,
      });
    });
    await vi.waitFor(() => expect(seen.toSorted()).toEqual(['confirmed', 'gauge 7']), {
      timeout: 20_000,
    });
  });
});
