import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { isAppend } from '@mesh/outbox';
import { Kysely, PostgresDialect } from 'kysely';
import type { Pool } from 'pg';
import { CONFIG } from '../config/config.js';
import { RUNTIME, type Runtime } from '../lifecycle/runtime.js';
import { DatabaseProbe } from './database-probe.js';
import { Retention } from '../retention/retention.js';
import { awaitMigrations, migrate, type Migrations } from './migrate.js';
import { createPool, kyselyPool } from './pool.js';
import { watchSize } from './size-metrics.js';

/** Injects the service's database: `@Inject(DATABASE) db: Kysely<Tables>`. */
export const DATABASE = Symbol('DATABASE');
/** Injects the pool under it, for libraries that speak to pg themselves. */
export const PG_POOL = Symbol('PG_POOL');

interface DatabaseConfig {
  readonly DATABASE_URL: string;
  readonly DATABASE_POOL_SIZE: number;
  readonly MIGRATE_ON_START?: boolean;
}

/** Finds the module among the imports of a service's. */
export function databaseModuleOf(service: Type): DynamicModule | undefined {
  const imports = (Reflect.getMetadata('imports', service) ?? []) as readonly unknown[];
  return imports.find(
    (one): one is DynamicModule => (one as Partial<DynamicModule>).module === DatabaseModule,
  );
}

/**
 * The service's own database, migrated before anything that injects it is made. A statement that
 * fails because the database is away fails as UNAVAILABLE, and the next one finds it again.
 */
@Module({})
export class DatabaseModule {
  /**
   * Opens the database of DATABASE_URL and brings it up to the last of these migrations, which run once, in the
   * order of their names.
   */
  static register({ migrations }: { readonly migrations: Migrations }): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      providers: [
        { provide: PG_POOL, inject: [CONFIG, RUNTIME], useFactory: openPool },
        {
          provide: DATABASE,
          inject: [CONFIG, PG_POOL, RUNTIME],
          useFactory: (config: DatabaseConfig, pool: Pool, runtime: Runtime) =>
            openDatabase(pool, migrations, { ...runtime, config }),
        },
        {
          provide: Retention,
          inject: [DATABASE, PG_POOL, RUNTIME],
          useFactory: (_db: unknown, pool: Pool, runtime: Runtime) => Retention.open(pool, runtime),
        },
      ],
      exports: [DATABASE, PG_POOL, Retention],
    };
  }
}

function openPool(config: DatabaseConfig, { name, log, lifecycle }: Runtime): Pool {
  const pool = createPool({
    url: config.DATABASE_URL,
    size: config.DATABASE_POOL_SIZE,
    applicationName: name,
    log,
  });
  lifecycle.onStop('close', 'database size', watchSize(pool));
  lifecycle.onStop('close', 'database', () => pool.end());
  return pool;
}

async function openDatabase(
  pool: Pool,
  migrations: Migrations,
  { name, config, log, readiness, lifecycle }: Runtime & { readonly config: DatabaseConfig },
): Promise<Kysely<unknown>> {
  const db = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool: kyselyPool(pool, isAppend) }),
  });
  const probe = new DatabaseProbe({ url: config.DATABASE_URL, applicationName: `${name} probe` });
  lifecycle.onStop('close', 'database probe', () => probe.close());
  const condition = readiness.require('database', () => probe.check());
  const bringUp = config.MIGRATE_ON_START === false ? awaitMigrations : migrate;
  await bringUp({ db, migrations, log, stopping: lifecycle.stopping, waiting: condition.waiting });
  condition.fulfil();
  return db;
}
