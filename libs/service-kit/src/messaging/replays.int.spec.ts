import { randomUUID } from 'node:crypto';
import { Injectable, Module } from '@nestjs/common';
import { GaugeAnnounced } from '@mesh/contracts/catalog/probe';
import { JobConfirmed } from '@mesh/contracts/catalog/probe';
import type { JobConfirmed as JobConfirmedData } from '@mesh/contracts/probe-events';
import { inTransaction, type Outbox } from '@mesh/outbox';
import { createDatabase, type TestDatabase } from '@mesh/tools/testing';
import { metrics } from '@mesh/tracing';
import { sql, type Kysely, type Transaction } from 'kysely';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { authConfig, databaseConfig, serviceConfig, transportConfig } from '../config/fragments.js';
import { DATABASE, DatabaseModule } from '../database/database.module.js';
import { startService, type RunningService } from '../service.js';
import { devKey } from '../testing/dev-key.js';
import { EventHandler } from './event-handler.decorator.js';
import { MessagingModule, OUTBOX } from './messaging.module.js';
import type { ReceivedEvent } from './received-event.js';
import type { GroupLag } from './lag-metric.js';

interface Tables {
  effect: { n?: number; job_id: string; version: number };
}

const { TEST_KAFKA_BROKERS, TEST_AMQP_URL } = process.env;
const group = `replay-${randomUUID()}`;
/** The stream is everybody's. */
const jobId = randomUUID();

@Injectable()
class Subscriber {
  @EventHandler(JobConfirmed)
  async onConfirmed(
    { data }: ReceivedEvent<JobConfirmedData>,
    tx: Transaction<Tables>,
  ): Promise<void> {
    if (data.jobId !== jobId) return;
    await tx.insertInto('effect').values({ job_id: jobId, version: data.version }).execute();
  }

  @EventHandler(GaugeAnnounced)
  async onGauge(): Promise<void> {}
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

const profiles = [
  { profile: 'embedded', partitions: 16, skip: false },
  { profile: 'brokers', partitions: 6, skip: !TEST_KAFKA_BROKERS || !TEST_AMQP_URL },
].filter(({ skip }) => !skip);

describe.each(profiles)('a replay in the profile $profile', ({ profile, partitions }) => {
  let database: TestDatabase;
  let logDatabase: TestDatabase;
  let service: RunningService;
  let db: Kysely<Tables>;
  let token: string;
  let before: string;

  beforeAll(async () => {
    before = new Date().toISOString();
    database = await createDatabase('kit');
    logDatabase = await createDatabase('kit_log');
    const key = await devKey();
    token = await key.sign({ sub: 'ann', roles: ['operator'] });
    service = await startService(
      TinyModule,
      z.object({ ...serviceConfig, ...databaseConfig, ...transportConfig, ...authConfig }),
      { name: 'tiny' },
      {
        ...{ NODE_ENV: 'test', LOG_LEVEL: 'silent', MESH_PROFILE: profile },
        ...{ KAFKA_BROKERS: TEST_KAFKA_BROKERS, AMQP_URL: TEST_AMQP_URL },
        ...{ MESH_LOG_URL: logDatabase.url },
        ...{ DATABASE_URL: database.url, AUTH_DEV_KEY_FILE: key.file },
      },
    );
    db = service.app.get<Kysely<Tables>>(DATABASE);
    await service.ready();
    const outbox = service.app.get<Outbox>(OUTBOX);
    for (const version of [1, 2, 3]) {
      const job = { jobId, customerId: 'alice', occurredAt: new Date(), feedSequence: version };
      await inTransaction(db, outbox, (tx) => outbox.append(tx, JobConfirmed, { ...job, version }));
    }
    await eventually(async () => expect(await effects()).toEqual([1, 2, 3]));
    await eventually(async () => expect(await lag()).toBe(0));
  }, 60_000);

  afterAll(async () => {
    await service.stop();
    await database.drop();
    await logDatabase.drop();
  });

  const eventually = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 30_000 });
  const effects = async () =>
    (await db.selectFrom('effect').select('version').orderBy('n').execute()).map(
      ({ version }) => version,
    );
  const lag = async () => {
    const answer = await fetch(`http://127.0.0.1:${service.ports.management}/subscriptions`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { groups } = (await answer.json()) as { groups: readonly GroupLag[] };
    const own = groups.find((one) => one.group === group && one.stream === 'mesh.probe.v1');
    expect(own?.partitions).toHaveLength(partitions);
    return own?.partitions?.reduce((sum, { count }) => sum + count, 0);
  };
  const ask = async (path: string, body?: object) => {
    const response = await fetch(`http://127.0.0.1:${service.ports.management}/replays${path}`, {
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      headers: { authorization: `Bearer ${token}` },
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const job = { group, stream: 'mesh.probe.v1' };

  test('given a time before what the inbox remembers, then it is refused unless it is to handle again', async () => {
    const from = new Date(Date.now() - 9 * 86_400_000).toISOString();
    const { status, body } = await ask('/plan', { ...job, from });
    expect(status).toBe(422);
    expect(body['detail']).toMatch(
      /^The inbox of this service remembers 192 hours \(INBOX_RETENTION\): what it handled before/,
    );
  });

  test('the service lets go what is old, on record in its database', async () => {
    const jobs = sql<{
      name: string;
    }>`select name from mesh_retention.job where ran_at is not null order by name`;
    await eventually(async () =>
      expect((await jobs.execute(db)).rows.map(({ name }) => name)).toEqual([
        'audit',
        'inbox',
        'inbox keys',
      ]),
    );
  });

  test('given a plan, then it says how much comes again and is known, and changes nothing', async () => {
    const { body } = await ask('/plan', { ...job, from: before });
    expect(body['events']).toBeGreaterThanOrEqual(3);
    expect(body['known']).toBeGreaterThanOrEqual(3);
    expect(await lag()).toBe(0);
    expect(await ask('')).toMatchObject({ body: { items: [] } });
  });

  test('given a replay, then what the inbox knows has no effect', async () => {
    expect(await ask('', { ...job, from: before })).toMatchObject({
      status: 200,
      body: { forgotten: 0 },
    });
    await eventually(async () => expect(await lag()).toBe(0));
    expect(await effects()).toEqual([1, 2, 3]);
  }, 60_000);

  test('given it is told to handle again, then each event has one further effect, in order, and the audit says who', async () => {
    const { body } = await ask('', { ...job, from: before, again: true });
    expect(body['forgotten']).toBeGreaterThanOrEqual(3);
    await eventually(async () => expect(await effects()).toEqual([1, 2, 3, 1, 2, 3]));
    await eventually(async () => expect(await lag()).toBe(0));
    expect(await effects()).toEqual([1, 2, 3, 1, 2, 3]);
    expect((await ask('')).body).toMatchObject({
      items: [
        { ...job, actor: 'ann', origin: before, again: true, result: 'done' },
        { ...job, actor: 'ann', origin: before, again: false, result: 'done', forgotten: 0 },
      ],
    });
  }, 60_000);

  // In the embedded profile that stream can be replayed like any other.
  if (profile === 'brokers')
    test('given a stream of AMQP, then it is refused, and its queue has a lag', async () => {
      const stream = 'mesh.probe';
      expect(await ask('', { group, stream, from: 'start' })).toMatchObject({
        status: 422,
        body: {
          code: 'REPLAY_REFUSED',
          detail: `${stream} comes by amqp, which keeps nothing that was acked: there is nothing to replay`,
        },
      });
      expect(await metrics.registry.metrics()).toContain(
        `mesh_consumer_lag{group="${group}",stream="${stream}",partition="0"} 0`,
      );
    });

  test.each([
    [
      { group: 'nobody', stream: 'mesh.probe.v1', from: 'start' },
      { status: 404, code: 'NOT_FOUND', detail: /^No group "nobody" on mesh.probe.v1 here/ },
    ],
    [
      { ...job, from: 'yesterday' },
      { status: 400, code: 'VALIDATION_FAILED', detail: /./ },
    ],
    [
      { ...job, from: '99:0' },
      { status: 422, code: 'REPLAY_REFUSED', detail: /has no partition 99; it has 0 to/ },
    ],
  ])('given %j, then it is refused', async (body, { status, detail, ...problem }) => {
    const answer = await ask('', body);
    expect(answer).toMatchObject({ status, body: problem });
    expect(answer.body['detail']).toMatch(detail);
    expect((await effects()).length % 3).toBe(0);
  });
});
