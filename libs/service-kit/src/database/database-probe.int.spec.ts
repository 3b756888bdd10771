import { Module } from '@nestjs/common';
import { createDatabase, type TestDatabase } from '@mesh/tools/testing';
import { sql, type Kysely } from 'kysely';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { databaseConfig, serviceConfig } from '../config/fragments.js';
import { startService, type RunningService } from '../service.js';
import { DATABASE, DatabaseModule } from './database.module.js';

@Module({ imports: [DatabaseModule.register({ migrations: {} })] })
class TinyModule {}

const schema = z.object({ ...serviceConfig, ...databaseConfig });
const poolSize = 2;
let database: TestDatabase;
let service: RunningService;

beforeEach(async () => {
  database = await createDatabase('kit_probe');
  service = await startService(
    TinyModule,
    schema,
    { name: 'tiny' },
    {
      ...{ NODE_ENV: 'test', LOG_LEVEL: 'silent', MESH_PROFILE: 'embedded' },
      DATABASE_URL: database.url,
      DATABASE_POOL_SIZE: String(poolSize),
    },
  );
  await service.ready();
});
afterEach(async () => {
  await service.stop();
  await database.drop();
});

const ready = async () =>
  (await fetch(`http://127.0.0.1:${service.ports.management}/health/ready`)).status;

test('given work that takes every connection of the pool, when asked, then is still ready', async () => {
  const db = service.app.get<Kysely<unknown>>(DATABASE);
  const done = Promise.withResolvers<void>();
  const taken: Promise<void>[] = [];
  const working = Array.from({ length: poolSize }, () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    taken.push(promise);
    return db.transaction().execute(async (tx) => {
      await sql`select 1`.execute(tx);
      resolve();
      await done.promise;
    });
  });
  await Promise.all(taken);
  // A check is made once a second: several are.
  const until = performance.now() + 2_500;
  try {
    while (performance.now() < until) expect(await ready()).toBe(200);
  } finally {
    done.resolve();
    await Promise.all(working);
  }
});

test('given the database ends its sessions, when asked, then is ready again by itself', async () => {
  const db = service.app.get<Kysely<unknown>>(DATABASE);
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`.execute(db);
  await vi.waitFor(async () => expect(await ready()).toBe(200), { timeout: 20_000, interval: 20 });
});
