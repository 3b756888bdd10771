import { Injectable, Module } from '@nestjs/common';
import { JobCancelled, JobConfirmed } from '@mesh/contracts/catalog/probe';
import type { JobConfirmed as JobConfirmedData } from '@mesh/contracts/probe-events';
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
  effect: { n?: number; job_id: string; version: number };
}

const group = 'by-key';

@Injectable()
class Subscriber {
  @EventHandler(JobConfirmed, { inbox: 'by-key' })
  async onConfirmed(
    { data: { jobId, version } }: ReceivedEvent<JobConfirmedData>,
    tx: Transaction<Tables>,
  ): Promise<void> {
    await tx.insertInto('effect').values({ job_id: jobId, version }).execute();
  }
}

const migrations = {
  '001_effect': {
    up: async (db: Kysely<unknown>) => {
      await sql`create table effect (n serial, job_id text not null, version int not null)`.execute(
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
const data = (jobId: string, version: number) => ({
  ...{ jobId, customerId: 'alice', version, occurredAt: new Date(), feedSequence: version },
});
const confirm = (jobId: string, version: number) =>
  inTransaction(db, outbox, (tx) => outbox.append(tx, JobConfirmed, data(jobId, version)));
/** An event that the service has no handler for. */
const cancel = (jobId: string, version: number) =>
  inTransaction(db, outbox, (tx) =>
    outbox.append(tx, JobCancelled, { ...data(jobId, version), reason: '' }),
  );
/** As if an event had been numbered and lost. */
const lose = (jobId: string) =>
  pool.query(`update ${OUTBOX_SCHEMA}.key_number set number = number + 1 where key = $1`, [jobId]);
const effects = async (jobId: string) => {
  const rows = db.selectFrom('effect').select('version').where('job_id', '=', jobId);
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
  const jobId = randomUUID();
  await confirm(jobId, 1);
  await cancel(jobId, 2);
  await cancel(jobId, 3);
  await confirm(jobId, 4);
  await eventually(async () => expect(await effects(jobId)).toEqual([1, 4]));
  const { rows } = await pool.query(
    `select source, number::int as number from mesh_inbox.key_number where key = $1`,
    [jobId],
  );
  expect(rows).toEqual([{ source: '/tiny', number: 4 }]);
});

test('given an event is missing, then what follows it in its key is parked as a gap, other keys go on, and a redrive goes on in order', async () => {
  const [jobId, other] = [randomUUID(), randomUUID()];
  await confirm(jobId, 1);
  await lose(jobId);
  await cancel(jobId, 3);
  await confirm(jobId, 4);
  await confirm(other, 1);
  await eventually(async () => expect(await effects(other)).toEqual([1]));
  const letters = new DeadLetters(pool);
  const parked = async () => (await letters.list({ group })).filter(({ key }) => key === jobId);
  await eventually(async () => expect(await parked()).toHaveLength(2));
  expect(await parked()).toMatchObject([
    { reason: 'gap', errorCode: 'SEQUENCE_GAP', eventType: JobCancelled.type },
    { reason: 'gap', eventType: JobConfirmed.type, behind: expect.any(String) },
  ]);
  expect(await effects(jobId)).toEqual([1]);
  const ids = (await parked()).map(({ id }) => id);
  expect(await ask('/dead-letters/redrive', { ids })).toMatchObject({
    results: [{ result: 'done' }, { result: 'done' }],
  });
  await confirm(jobId, 5);
  await eventually(async () => expect(await effects(jobId)).toEqual([1, 4, 5]));
}, 60_000);

test('given a replay, then what was taken has no effect, and with again it has one more, in order', async () => {
  const jobId = randomUUID();
  const from = new Date().toISOString();
  for (const version of [1, 2, 3]) await confirm(jobId, version);
  await eventually(async () => expect(await effects(jobId)).toEqual([1, 2, 3]));
  const replay = { group, stream: JobConfirmed.stream.name, from };
  const caughtUp = () =>
    eventually(async () =>
      expect(await ask('/replays/plan', replay)).toMatchObject({ events: 3, known: 3 }),
    );
  await caughtUp();
  expect(await ask('/replays', replay)).toMatchObject({ forgotten: 0 });
  await caughtUp();
  expect(await ask('/replays', { ...replay, again: true })).toMatchObject({ forgotten: 3 });
  await eventually(async () => expect(await effects(jobId)).toEqual([1, 2, 3, 1, 2, 3]));
}, 60_000);
