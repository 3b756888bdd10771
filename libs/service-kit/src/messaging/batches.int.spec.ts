import { Inject, Injectable, Module } from '@nestjs/common';
import { JobAnnounced } from '@mesh/contracts/catalog/probe';
import { JobCancelled, JobConfirmed, JobRejected } from '@mesh/contracts/catalog/probe';
import type {
  JobCancelled as JobCancelledData,
  JobConfirmed as JobConfirmedData,
} from '@mesh/contracts/probe-events';
import { fromKafka } from '@mesh/envelope';
import { DeadLetters, inTransaction, type Outbox } from '@mesh/outbox';
import { currentTraceId, metrics, withTrace } from '@mesh/tracing';
import { createDatabase, type TestDatabase } from '@mesh/tools/testing';
import { sql, type Kysely, type Transaction } from 'kysely';
import type { Pool } from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { databaseConfig, serviceConfig, transportConfig } from '../config/fragments.js';
import { DATABASE, DatabaseModule, PG_POOL } from '../database/database.module.js';
import { startService, type RunningService } from '../service.js';
import { EventBatchHandler, EventHandler } from './event-handler.decorator.js';
import { MessagingModule, OUTBOX } from './messaging.module.js';
import type { ReceivedEvent } from './received-event.js';

interface Tables {
  effect: { job_id: string; version: number; xid: string };
}

const seen: { calls: string[][]; traces: Map<string, string | undefined>; poison: Set<string> } = {
  calls: [],
  traces: new Map(),
  poison: new Set(),
};
const xid = sql<string>`pg_current_xact_id()::text`;

@Injectable()
class JobEventsSubscriber {
  constructor(@Inject(OUTBOX) private readonly outbox: Outbox) {}

  @EventBatchHandler(JobConfirmed, { retry: { attempts: 2, minMs: 1 } })
  async onConfirmed(
    events: readonly ReceivedEvent<JobConfirmedData>[],
    tx: Transaction<Tables>,
  ): Promise<void> {
    seen.calls.push(events.map(({ data }) => `${data.jobId}/${data.version}`));
    const effects = events.map(({ data: { jobId: job_id, version } }) => ({
      ...{ job_id, version, xid },
    }));
    await tx.insertInto('effect').values(effects).execute();
    if (events.some(({ data }) => seen.poison.has(`${data.jobId}/${data.version}`)))
      throw new Error('Poisonous');
    await this.outbox.appendAll(
      tx,
      events.map((event) => ({
        ...JobAnnounced.with(told(event.data.jobId, event.data.version)),
        cause: event,
      })),
    );
  }

  @EventHandler(JobCancelled, { batch: true })
  async onCancelled(
    { data }: ReceivedEvent<JobCancelledData>,
    tx: Transaction<Tables>,
  ): Promise<void> {
    const { jobId, version } = data;
    seen.traces.set(`${jobId}/${version}`, currentTraceId());
    await tx.insertInto('effect').values({ job_id: jobId, version, xid }).execute();
  }
}

const migrations = {
  '001_effect': {
    up: (db: Kysely<unknown>) =>
      sql`create table effect (n serial, job_id text not null, version int not null, xid text not null)`
        .execute(db)
        .then(() => undefined),
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

beforeEach(async () => {
  databases = [await createDatabase('kit_batch'), await createDatabase('kit_batch_log')];
  Object.assign(seen, { calls: [], traces: new Map(), poison: new Set() });
  service = await startService(
    TinyModule,
    schema,
    { name: 'tiny' },
    {
      ...{ NODE_ENV: 'test', LOG_LEVEL: 'silent' },
      ...{ DATABASE_URL: databases[0]!.url, MESH_LOG_URL: databases[1]!.url },
    },
  );
  db = service.app.get<Kysely<Tables>>(DATABASE);
  outbox = service.app.get<Outbox>(OUTBOX);
  await service.ready();
});

afterEach(async () => {
  await service.stop();
  for (const database of databases) await database.drop();
});

const job = (jobId: string, version: number) => ({
  ...{ jobId, version, customerId: 'alice', occurredAt: new Date(), feedSequence: 1 },
});
const told = (jobId: string, version: number) => ({
  ...job(jobId, version),
  ...{ traceparent: '' },
});
const confirmed = (jobId: string, version: number) => JobConfirmed.with(job(jobId, version));
const cancelled = (jobId: string, version: number) =>
  JobCancelled.with({ ...job(jobId, version), reason: '' });
const append = (...events: Parameters<Outbox['appendAll']>[1]) =>
  inTransaction(db, outbox, (tx) => outbox.appendAll(tx, events));
const effects = () =>
  db
    .selectFrom('effect')
    .select(['job_id', 'version', 'xid'])
    .orderBy(sql`n`)
    .execute();
const effectsOf = (
  rows: readonly { readonly job_id: string; readonly version: number }[],
  jobId: string,
) => rows.filter(({ job_id }) => job_id === jobId).map(({ version }) => version);
const waitForEffects = (count: number) =>
  vi.waitFor(
    async () => {
      const rows = await effects();
      expect(rows).toHaveLength(count);
      return rows;
    },
    { timeout: 10_000 },
  );

test('given events that are ready at once, then they have their effects in one transaction, those of a key in order, over types', async () => {
  const events = Array.from({ length: 10 }, (_, n) => [
    confirmed(`o-${n}`, 1),
    confirmed(`o-${n}`, 2),
    cancelled(`o-${n}`, 3),
  ]).flat();
  await append(...events, JobRejected.with({ ...job('nobody', 1), reason: '' }));
  const rows = await waitForEffects(30);
  for (let n = 0; n < 10; n++) expect(effectsOf(rows, `o-${n}`)).toEqual([1, 2, 3]);
  // What is read together: at least that of one key.
  expect(new Set(rows.map((row) => row.xid)).size).toBeLessThan(30);
  expect(Math.max(...seen.calls.map((call) => call.length))).toBeGreaterThan(1);
  const { values } = await metrics.registry.getSingleMetric('mesh_event_batch_size')!.get();
  expect(values.some(({ labels }) => labels['result'] === 'done')).toBe(true);
});

test('given one event that fails, then it alone is tried again and parked, and the others have one effect', async () => {
  seen.poison.add('o-3/1');
  await append(
    ...Array.from({ length: 8 }, (_, n) => confirmed(`o-${n}`, 1)),
    ...Array.from({ length: 8 }, (_, n) => confirmed(`o-${n}`, 2)),
  );
  const rows = await waitForEffects(14);
  for (const n of [0, 1, 2, 4, 5, 6, 7]) expect(effectsOf(rows, `o-${n}`)).toEqual([1, 2]);
  const letters = new DeadLetters(service.app.get<Pool>(PG_POOL));
  await vi.waitFor(async () => {
    expect(await letters.list()).toMatchObject(
      [
        { key: 'o-3', reason: 'max-attempts', attempts: 2, errorMessage: /Poisonous/ },
        { key: 'o-3', reason: 'max-attempts', attempts: 0, errorMessage: /^Parked behind/ },
      ].map((letter) => ({ ...letter, errorMessage: expect.stringMatching(letter.errorMessage) })),
    );
  });
  expect(await effects()).toHaveLength(14);
});

test('given a batch, then each event goes on in its own trace: in its handler, and in what was appended for it', async () => {
  const traceOf = (n: number) => String(n).repeat(32);
  await db.transaction().execute(async (tx) => {
    for (const n of [1, 2, 3]) {
      const traceparent = `00-${traceOf(n)}-${'d'.repeat(16)}-01`;
      await withTrace(traceparent, () =>
        outbox.appendAll(tx, [confirmed(`o-${n}`, 1), cancelled(`o-${n}`, 2)]),
      );
    }
  });
  outbox.wake();
  await waitForEffects(6);
  expect(Object.fromEntries(seen.traces)).toEqual(
    Object.fromEntries([1, 2, 3].map((n) => [`o-${n}/2`, traceOf(n)])),
  );
  const { rows } = await sql<{ key: string; headers: Record<string, string>; body: Buffer }>`
    select key, headers, body from mesh_outbox.entry where stream = 'mesh.probe'`.execute(db);
  const traces = rows.map(({ headers, body }) => {
    const { subject, extensions } = fromKafka({ headers, value: body });
    return [subject, String(extensions['traceparent']).slice(3, 35)];
  });
  expect(Object.fromEntries(traces)).toEqual(
    Object.fromEntries([1, 2, 3].map((n) => [`o-${n}`, traceOf(n)])),
  );
});
