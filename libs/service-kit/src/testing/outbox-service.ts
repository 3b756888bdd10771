import { Inject, Injectable, Module } from '@nestjs/common';
import { GaugeAnnounced } from '@mesh/contracts/catalog/probe';
import { JobConfirmed } from '@mesh/contracts/catalog/probe';
import type { JobConfirmed as JobConfirmedData } from '@mesh/contracts/probe-events';
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
  effect: { job_id: string };
}

/** Answers each confirmed job with an event of its own. */
@Injectable()
class Answering {
  static tries = 0;
  constructor(@Inject(OUTBOX) private readonly outbox: Outbox) {}

  @EventHandler(JobConfirmed, { retry: { attempts: 2 } })
  async onConfirmed(
    { data }: ReceivedEvent<JobConfirmedData>,
    tx: Transaction<Tables>,
  ): Promise<void> {
    Answering.tries += 1;
    await tx.insertInto('effect').values({ job_id: data.jobId }).execute();
    const { jobId: gauge, version, occurredAt } = data;
    await this.outbox.append(tx, GaugeAnnounced, { gauge, level: 0, version, occurredAt });
  }
}

const migrations = {
  '001_effect': {
    up: async (db: Kysely<unknown>) => {
      await sql`create table effect (job_id text not null)`.execute(db);
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
    /** Of so many jobs at once. */
    confirm: (...jobIds: readonly string[]) =>
      inTransaction(db, outbox, (tx) =>
        outbox.appendAll(
          tx,
          jobIds.map((jobId) =>
            JobConfirmed.with({
              ...{ jobId, customerId: 'alice', version: 2, feedSequence: 2 },
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
