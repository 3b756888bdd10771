import {
  Injectable,
  Module,
  UseGuards,
  UseInterceptors,
  UsePipes,
  type CallHandler,
  type CanActivate,
  type ExecutionContext,
  type NestInterceptor,
  type PipeTransform,
} from '@nestjs/common';
import { JobConfirmed, JobRejected } from '@mesh/contracts/catalog/probe';
import type {
  JobConfirmed as JobConfirmedData,
  JobRejected as JobRejectedData,
} from '@mesh/contracts/probe-events';
import { inTransaction, type Outbox } from '@mesh/outbox';
import { createDatabase, type TestDatabase } from '@mesh/tools/testing';
import { sql, type Kysely, type Transaction } from 'kysely';
import { tap } from 'rxjs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { authConfig, databaseConfig, serviceConfig, transportConfig } from '../config/fragments.js';
import { DATABASE, DatabaseModule } from '../database/database.module.js';
import { startService, type RunningService } from '../service.js';
import { devKey } from '../testing/dev-key.js';
import { EventHandler } from './event-handler.decorator.js';
import { MessagingModule, OUTBOX } from './messaging.module.js';
import type { ReceivedEvent } from './received-event.js';
import type { SubscriptionReport } from './subscription-routes.js';

interface Tables {
  effect: { n?: number; job_id: string; version: number };
}

const world = {
  failing: new Set<string>(),
  down: false,
  calls: 0,
  passed: [] as string[],
};

class OnlyEvents implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    world.passed.push(`guard of ${context.getType<string>()} ${context.getHandler().name}`);
    return true;
  }
}

class Watching implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler) {
    const { id } = context.getArgByIndex<{ id: string }>(0);
    return next.handle().pipe(tap(() => world.passed.push(`interceptor ${id.length > 0}`)));
  }
}

class Trimming implements PipeTransform {
  transform(value: ReceivedEvent<JobConfirmedData>, { data }: { data?: string | undefined }) {
    if (data !== 'event') return value;
    world.passed.push('pipe');
    return { ...value, data: { ...value.data, jobId: value.data.jobId.trim() } };
  }
}

@Injectable()
class JobEventsSubscriber {
  @UseGuards(OnlyEvents)
  @UseInterceptors(Watching)
  @UsePipes(Trimming)
  @EventHandler(JobConfirmed, { retry: { attempts: 2, minMs: 1 } })
  async onConfirmed(
    { data: { jobId, version } }: ReceivedEvent<JobConfirmedData>,
    tx: Transaction<Tables>,
  ): Promise<void> {
    await tx.insertInto('effect').values({ job_id: jobId, version }).execute();
    if (world.failing.has(`${jobId}/${version}`)) throw new Error('Not this one');
  }

  @EventHandler(JobRejected, {
    group: 'tiny.calls',
    delivery: 'at-least-once',
    retry: { attempts: 3, minMs: 1, maxMs: 5 },
    breaker: { failures: 2, pauseMs: 100 },
  })
  async onRejected({ data }: ReceivedEvent<JobRejectedData>): Promise<void> {
    world.calls += 1;
    if (world.down) throw new Error(`Down for ${data.jobId}`);
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
    MessagingModule.register({ group: 'tiny', outbox: true }),
  ],
  providers: [JobEventsSubscriber],
})
class TinyModule {}

const schema = z.object({
  ...serviceConfig,
  ...databaseConfig,
  ...transportConfig,
  ...authConfig,
});
const key = await devKey();
let databases: TestDatabase[];
let service: RunningService;
let db: Kysely<Tables>;
let outbox: Outbox;

beforeEach(async () => {
  databases = [await createDatabase('kit'), await createDatabase('kit_log')];
  Object.assign(world, { failing: new Set(), down: false, calls: 0, passed: [] });
  service = await startService(
    TinyModule,
    schema,
    { name: 'tiny' },
    {
      NODE_ENV: 'test',
      LOG_LEVEL: 'silent',
      DATABASE_URL: databases[0]!.url,
      MESH_LOG_URL: databases[1]!.url,
      AUTH_DEV_KEY_FILE: key.file,
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
const confirm = (jobId: string, version = 1) =>
  inTransaction(db, outbox, (tx) => outbox.append(tx, JobConfirmed, job(jobId, version)));
const effects = async () =>
  (await db.selectFrom('effect').selectAll().orderBy('n').execute()).map(
    ({ job_id, version }) => `${job_id}/${version}`,
  );
const eventually = (check: () => Promise<void> | void) => vi.waitFor(check, { timeout: 10_000 });

const operator = () => key.sign({ sub: 'ann', roles: ['operator'] });
const call = (path: string, options?: { body?: unknown; token?: string }) =>
  ask(`/dead-letters${path}`, options);
async function ask(path: string, { body, token }: { body?: unknown; token?: string } = {}) {
  const response = await fetch(`http://127.0.0.1:${service.ports.management}${path}`, {
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    headers: { authorization: `Bearer ${token ?? (await operator())}` },
  });
  return { status: response.status, body: (await response.json()) as Answer };
}
type Report = SubscriptionReport;
const lagOf = (groups: Report['groups'], name: string) =>
  groups
    .find(({ group }) => group === name)
    ?.partitions?.reduce((sum, { count }) => sum + count, 0);
type Answer = Record<string, unknown> & { items: Record<string, unknown>[] };

test('given a handler with a guard, an interceptor and a pipe, then all of them work on its events', async () => {
  await confirm(' a ');
  await eventually(async () => expect(await effects()).toEqual(['a/1']));
  expect(world.passed).toEqual(['guard of event onConfirmed', 'pipe', 'interceptor true']);
});

describe('dead letters of a service', () => {
  test('given an event that fails for good, then its key is parked, and a redrive over the management port replays it in order', async () => {
    world.failing.add('bad/1');
    for (const version of [1, 2, 3]) await confirm('bad', version);
    await confirm('good');
    await eventually(async () => {
      expect(await effects()).toEqual(['good/1']);
      expect((await call('')).body.items).toHaveLength(3);
    });
    const { body } = await call('/plan?key=bad');
    const ids = body.items.map(({ id }) => id);
    expect(body.items[0]).toMatchObject({
      ...{ group: 'tiny', stream: 'mesh.probe.v1', key: 'bad', reason: 'max-attempts' },
      errorMessage: expect.stringMatching(/^Failed 2 times in \d+ ms, at last with: Not this one$/),
    });
    world.failing.clear();
    expect((await call('/redrive', { body: { ids } })).body).toEqual({
      results: ids.map((id) => ({ id, result: 'done' })),
    });
    await confirm('bad', 4);
    await eventually(async () =>
      expect(await effects()).toEqual(['good/1', 'bad/1', 'bad/2', 'bad/3', 'bad/4']),
    );
    expect((await call('/audit')).body.items).toMatchObject(
      ids.toReversed().map((id) => ({ actor: 'ann', action: 'redrive', deadLetter: id })),
    );
  });

  test('given a broken circuit, then no event burns its attempts, and all are handled when it is closed', async () => {
    world.down = true;
    for (let n = 0; n < 10; n++) {
      await inTransaction(db, outbox, (tx) =>
        outbox.append(tx, JobRejected, { ...job(`o-${n}`, 1), reason: 'x' }),
      );
    }
    await eventually(() => expect(world.calls).toBeGreaterThan(15));
    expect((await call('')).body.items).toEqual([]);
    await eventually(async () => {
      const { groups, breakers } = (await ask('/subscriptions')).body as unknown as Report;
      expect(breakers).toEqual([{ handler: 'JobEventsSubscriber.onRejected', state: 'open' }]);
      expect(groups.find(({ group }) => group === 'tiny.calls')).toMatchObject({
        stream: 'mesh.probe.v1',
        partitions: expect.arrayContaining([{ partition: 0, count: expect.any(Number) }]),
      });
      expect(lagOf(groups, 'tiny.calls')).toBe(10);
    });
    world.down = false;
    const { calls } = world;
    await eventually(() => expect(world.calls).toBe(calls + 10));
    expect((await call('')).body.items).toEqual([]);
    await eventually(async () => {
      const { groups, breakers } = (await ask('/subscriptions')).body as unknown as Report;
      expect(breakers).toMatchObject([{ state: 'closed' }]);
      expect([lagOf(groups, 'tiny.calls'), lagOf(groups, 'tiny')]).toEqual([0, 0]);
    });
  });

  test('whole dead letters have their headers as text and their bytes as base64', async () => {
    world.failing.add('bad/1');
    const { id } = await confirm('bad');
    await eventually(async () => expect((await call('')).body.items).toHaveLength(1));
    const [letter] = (await call('?whole=true')).body.items;
    const headers = expect.objectContaining({ ce_id: id, ce_type: JobConfirmed.type });
    expect(letter).toMatchObject({ headers, eventId: id });
    const bytes = Buffer.from(letter!['body'] as string, 'base64');
    expect(JobConfirmed.schema.decode(bytes)).toMatchObject({ jobId: 'bad' });
  });

  test('given no token, or one of a customer, then nobody is let in', async () => {
    const url = `http://127.0.0.1:${service.ports.management}/dead-letters`;
    const refused = await fetch(url);
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    expect([refused.status, await refused.json()]).toMatchObject([
      401,
      { code: 'UNAUTHENTICATED' },
    ]);
    const token = await key.sign({ sub: 'bob' });
    for (const path of ['/dead-letters/redrive', '/subscriptions'])
      expect(await ask(path, { body: { ids: ['1'] }, token })).toMatchObject({
        status: 403,
        body: { code: 'FORBIDDEN', detail: 'This needs the role operator' },
      });
  });

  test.each([
    ['?reason=tired', 'GET', undefined, '/reason'],
    ['?colour=blue', 'GET', undefined, '/colour'],
    ['/redrive', 'POST', { ids: ['first'] }, '/ids/0'],
  ])('given %s, then says what is wrong', async (path, _, body, pointer) => {
    expect(await call(path, { body })).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED', errors: [{ path: pointer }] },
    });
  });
});
