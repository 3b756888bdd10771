import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Injectable, Module, type Type } from '@nestjs/common';
import { JobConfirmed, JobRejected } from '@mesh/contracts/catalog/probe';
import type { JobConfirmed as JobConfirmedData } from '@mesh/contracts/probe-events';
import { createEvent, toKafka } from '@mesh/envelope';
import { PgLog, type LogEntry } from '@mesh/pg-log';
import { createDatabase, type TestDatabase } from '@mesh/tools/testing';
import { sql, type Kysely, type Transaction } from 'kysely';
import pg from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { authConfig, databaseConfig, serviceConfig, transportConfig } from '../config/fragments.js';
import { DATABASE, DatabaseModule } from '../database/database.module.js';
import { startService, type RunningService } from '../service.js';
import { devKey } from '../testing/dev-key.js';
import { EventHandler } from './event-handler.decorator.js';
import { MessagingModule } from './messaging.module.js';
import type { ReceivedEvent } from './received-event.js';

const v2 = 'mesh.probe.v2.JobConfirmed';
const world = vi.hoisted(() => ({ known: new Map<string, string>() }));

// The catalog of a later version knows more.
vi.mock('@mesh/contracts', async (original) => {
  const contracts = await original<typeof import('@mesh/contracts')>();
  return {
    ...contracts,
    findEvent: (type: string) => contracts.findEvent(world.known.get(type) ?? type),
  };
});

interface Tables {
  effect: { n?: number; job_id: string; version: number };
}

@Injectable()
class JobEventsSubscriber {
  @EventHandler(JobConfirmed)
  async onConfirmed(
    { data: { jobId, version } }: ReceivedEvent<JobConfirmedData>,
    tx: Transaction<Tables>,
  ): Promise<void> {
    await tx.insertInto('effect').values({ job_id: jobId, version }).execute();
  }
}

/** Of the version that is deployed later. */
@Injectable()
class NextJobEventsSubscriber {
  @EventHandler({ ...JobConfirmed, type: v2 } as typeof JobConfirmed)
  async onConfirmed(
    { data: { jobId } }: ReceivedEvent<JobConfirmedData>,
    tx: Transaction<Tables>,
  ): Promise<void> {
    await tx.insertInto('effect').values({ job_id: jobId, version: 2_000 }).execute();
  }
}

const migrations = {
  '001_effect': {
    up: async (db: Kysely<unknown>) => {
      const text = 'create table effect (n serial, job_id text not null, version int not null)';
      await sql.raw(text).execute(db);
    },
  },
};

const imports = [
  DatabaseModule.register({ migrations }),
  MessagingModule.register({ group: 'tiny', outbox: false }),
];

@Module({ imports, providers: [JobEventsSubscriber] })
class TinyModule {}

@Module({ imports, providers: [JobEventsSubscriber, NextJobEventsSubscriber] })
class NextModule {}

const schema = z.object({ ...serviceConfig, ...databaseConfig, ...transportConfig, ...authConfig });
const key = await devKey();
const stream = JobConfirmed.stream.name;
let databases: TestDatabase[];
let service: RunningService;
let db: Kysely<Tables>;
let pool: pg.Pool;
/** Knows the log, and nothing of events. */
let stranger: PgLog;

async function deploy(module: Type): Promise<void> {
  const env = {
    ...{ NODE_ENV: 'test', LOG_LEVEL: 'silent', AUTH_DEV_KEY_FILE: key.file },
    ...{ DATABASE_URL: databases[0]!.url, MESH_LOG_URL: databases[1]!.url },
  };
  service = await startService(module, schema, { name: 'tiny' }, env);
  await service.ready();
  db = service.app.get<Kysely<Tables>>(DATABASE);
}

beforeEach(async () => {
  databases = [await createDatabase('kit'), await createDatabase('kit_log')];
  world.known.clear();
  await deploy(TinyModule);
  pool = new pg.Pool({ connectionString: databases[1]!.url, max: 2 });
  stranger = new PgLog({ pool, schema: 'mesh_log' });
});

afterEach(async () => {
  await service.stop();
  await stranger.close();
  await pool.end();
  for (const database of databases) await database.drop();
});

const garbage = (n: number): LogEntry => ({
  ...{ stream, key: n % 10 === 0 ? 'o-1' : null, routingKey: null },
  headers: { number: String(n) },
  body: Buffer.alloc(1024, n % 256),
});

function confirmed(jobId: string, version: number, type = JobConfirmed.type): LogEntry {
  const data = { jobId, version, customerId: 'alice', occurredAt: undefined, feedSequence: 1 };
  const event = createEvent({
    ...{ source: '/job', type, datacontenttype: 'application/protobuf' },
    data: JobConfirmed.schema.encode(data).finish(),
    extensions: { partitionkey: jobId },
  });
  const { headers, value } = toKafka(event);
  return { stream, key: jobId, routingKey: null, headers, body: value! };
}

const effects = async () =>
  (await db.selectFrom('effect').selectAll().orderBy('n').execute()).map(
    ({ job_id, version }) => `${job_id}/${version}`,
  );
const eventually = (check: () => Promise<void> | void) =>
  vi.waitFor(check, { timeout: 60_000, interval: 100 });
const management = (path: string) => `http://127.0.0.1:${service.ports.management}${path}`;

async function letters(query = ''): Promise<Record<string, unknown>[]> {
  const token = await key.sign({ sub: 'ann', roles: ['operator'] });
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(management(`/dead-letters${query}`), { headers });
  return ((await response.json()) as { items: Record<string, unknown>[] }).items;
}

async function redrive(ids: unknown[]): Promise<unknown> {
  const token = await key.sign({ sub: 'ann', roles: ['operator'] });
  const response = await fetch(management('/dead-letters/redrive'), {
    ...{ method: 'POST', headers: { authorization: `Bearer ${token}` } },
    body: JSON.stringify({ ids }),
  });
  return response.json();
}

/** Of a metric with these labels; 0 when it is not there. */
async function metric(name: string, labels: string): Promise<number> {
  const text = await (await fetch(management('/metrics'))).text();
  const line = text.split('\n').find((one) => one.startsWith(`${name}{${labels}}`));
  return Number(line?.split(' ').at(-1) ?? 0);
}
/** By reason, as the metric has them; what is absent is not 0. */
async function deadLetters(): Promise<Record<string, number>> {
  const text = await (await fetch(management('/metrics'))).text();
  const lines = text.matchAll(/^mesh_dead_letters\{group="tiny",reason="([^"]+)"\} (\S+)$/gm);
  return Object.fromEntries([...lines].map(([, reason, count]) => [reason, Number(count)]));
}
const undecodable = 'group="tiny",type="unknown",reason="undecodable"';

function usedMiB(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 2 ** 20;
}

test('given 10,000 undecodable messages in a row, then neighbours are handled, memory is flat, and one warning has their count', async () => {
  const warned = vi.spyOn(service.runtime.log, 'warn');
  const counted = await metric('mesh_events_parked_total', undecodable);
  const append = (from: number) =>
    stranger.appendNow(Array.from({ length: 1000 }, (_, n) => garbage(from + n)));
  const recorded = async () =>
    (await letters('/stats')).reduce((sum, one) => sum + Number(one['count']), 0);

  const startedAt = performance.now();
  await stranger.appendNow([confirmed('o-1', 1)]);
  for (let from = 0; from < 5000; from += 1000) await append(from);
  await stranger.appendNow([confirmed('o-1', 2), confirmed('o-2', 1)]);
  for (let from = 5000; from < 10_000; from += 1000) await append(from);
  await stranger.appendNow([confirmed('o-1', 3)]);
  await eventually(async () => expect(await recorded()).toBeGreaterThan(2000));
  const early = usedMiB();
  await eventually(async () => expect(await recorded()).toBe(10_000));
  const tookMs = performance.now() - startedAt;
  // Buffers are freed a moment after they were collected.
  await eventually(() => expect(usedMiB() - early).toBeLessThan(10));

  await eventually(async () =>
    expect((await effects()).toSorted()).toEqual(['o-1/1', 'o-1/2', 'o-1/3', 'o-2/1']),
  );
  const counts = () => warned.mock.calls.map(([fields]) => (fields as { count: number }).count);
  await eventually(() => expect(counts().reduce((sum, one) => sum + one, 0)).toBe(10_000));
  // One when it is over, and one each half minute when the machine takes that long.
  expect(counts().length).toBeLessThanOrEqual(Math.ceil(tookMs / 29_000));
  expect(warned.mock.calls[0]).toEqual([
    expect.objectContaining({ group: 'tiny', source: stream, reason: 'undecodable' }),
    'Messages that can not be decoded were parked',
  ]);
  expect((await metric('mesh_events_parked_total', undecodable)) - counted).toBe(10_000);
  expect(await letters('?limit=1000')).toHaveLength(1000);
}, 120_000);

test('given an event of a later version, then its key goes on, and it is handled once a version that knows it redrives it', async () => {
  await stranger.appendNow([confirmed('o-1', 1, v2), confirmed('o-1', 2)]);
  await eventually(async () => expect(await effects()).toEqual(['o-1/2']));
  const [letter] = await letters();
  expect(letter).toMatchObject({
    ...{ eventType: v2, key: 'o-1', holdsKey: false, unread: false, reason: 'undecodable' },
    errorMessage: `The catalog knows no event of type "${v2}"`,
  });
  expect(await redrive([letter!['id']])).toMatchObject({ results: [{ result: 'failed' }] });
  await service.stop();
  world.known.set(v2, JobConfirmed.type);
  await deploy(NextModule);
  const done = [{ id: letter!['id'], result: 'done' }];
  expect(await redrive([letter!['id']])).toEqual({ results: done });
  expect(await effects()).toEqual(['o-1/2', 'o-1/2000']);
  expect(await letters()).toEqual([]);
});

test('given an event whose handler was removed, then it is passed over, counted and no dead letter', async () => {
  const labels = `group="tiny",type="${JobRejected.type}"`;
  const before = await metric('mesh_events_skipped_total', labels);
  await stranger.appendNow([confirmed('o-1', 1, JobRejected.type), confirmed('o-1', 2)]);
  await eventually(async () => expect(await effects()).toEqual(['o-1/2']));
  expect((await metric('mesh_events_skipped_total', labels)) - before).toBe(1);
  expect(await letters()).toEqual([]);
});

test('given strangers who write types into their headers, then none of them becomes a label', async () => {
  const typed = (type: string): LogEntry => ({ ...garbage(1), headers: { ce_type: type } });
  await stranger.appendNow([typed('a'), typed('b'), confirmed('o-1', 1, 'mesh.probe.v1.Strange')]);
  await eventually(async () => expect(await letters()).toHaveLength(3));
  expect((await letters('?type=a')).map(({ unread }) => unread)).toEqual([true]);
  const text = await (await fetch(management('/metrics'))).text();
  const types = [...text.matchAll(/^mesh_events_parked_total\{.*type="([^"]*)"/gm)].map(
    ([, type]) => type,
  );
  expect(new Set(types)).toEqual(new Set(['unknown']));
});

test('given data that is not of its schema, then the reason is counted by its type, and the key is parked until it is discarded', async () => {
  const bad = { ...confirmed('o-1', 1), body: Buffer.from([0xff]) };
  const labels = `group="tiny",type="${JobConfirmed.type}",reason="undecodable"`;
  const before = await metric('mesh_events_parked_total', labels);
  await stranger.appendNow([bad, confirmed('o-1', 2)]);
  await eventually(async () => expect(await letters()).toHaveLength(2));
  expect((await metric('mesh_events_parked_total', labels)) - before).toBe(1);
  expect(await metric('mesh_parked_keys', 'group="tiny"')).toBe(1);
  await eventually(async () =>
    expect(await deadLetters()).toMatchObject({ undecodable: 2, rejected: 0, 'max-attempts': 0 }),
  );
  const [head, behind] = await letters();
  expect(behind).toMatchObject({ behind: head!['id'], attempts: 0 });
});
