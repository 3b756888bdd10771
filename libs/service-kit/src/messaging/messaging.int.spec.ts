import { Inject, Injectable, Module } from '@nestjs/common';
import { JobCancelled, JobConfirmed, JobPlaced } from '@mesh/contracts/catalog/probe';
import type { JobConfirmed as JobConfirmedData } from '@mesh/contracts/probe-events';
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
  effect: { job_id: string; event_id: string };
}

const seen: { attempts: string[]; traces: (string | undefined)[]; failures: number } = {
  attempts: [],
  traces: [],
  failures: 0,
};

@Injectable()
class JobEventsSubscriber {
  constructor(@Inject(OUTBOX) private readonly outbox: Outbox) {}

  @EventHandler(JobConfirmed)
  async onConfirmed(
    event: ReceivedEvent<JobConfirmedData>,
    tx: Transaction<Tables>,
  ): Promise<void> {
    const { jobId } = event.data;
    seen.attempts.push(`${jobId}/${event.attempt}`);
    seen.traces.push(currentTraceId());
    await tx.insertInto('effect').values({ job_id: jobId, event_id: event.id }).execute();
    if (jobId === 'rejected') throw new RejectedError('rejected', 'Never');
    if (jobId === 'fails-twice' && seen.failures++ < 2) throw new Error('Not now');
  }
}

const migrations = {
  '001_effect': {
    up: async (db: Kysely<unknown>) => {
      await sql`create table effect (job_id text not null, event_id text not null)`.execute(db);
    },
  },
};

@Module({
  imports: [
    DatabaseModule.register({ migrations }),
    MessagingModule.register({ group: 'tiny', outbox: true }),
  ],
  providers: [JobEventsSubscriber],
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

const job = (jobId: string) => ({
  jobId,
  customerId: 'alice',
  version: 2,
  occurredAt: new Date(),
  feedSequence: 1,
});
const confirm = (jobId: string) =>
  inTransaction(db, outbox, (tx) => outbox.append(tx, JobConfirmed, job(jobId)));
const effects = async () =>
  (await db.selectFrom('effect').select('job_id').orderBy('job_id').execute()).map(
    (row) => row.job_id,
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
    outbox.append(tx, JobCancelled, { ...job('rejected'), reason: '' }),
  );
  await inTransaction(db, outbox, (tx) =>
    outbox.append(tx, JobPlaced, { ...job('rejected'), lines: [], total: undefined }),
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
