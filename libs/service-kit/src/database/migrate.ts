import { setTimeout as pause } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import type { Logger } from '@mesh/tracing';
import { AppError } from '../errors/app-error.js';
import { DatabaseRefusedError } from './database-errors.js';

/** By name, run in the order of their names: `{ '001_orders': { up: async (db) => … } }`. */
export type Migrations = Readonly<Record<string, Migration>>;

const firstPauseMs = 50;
const longestPauseMs = 1000;
/** SQLSTATE invalid_catalog_name: the database itself is still being made. */
const databaseMissing = '3D000';

interface MigrateOptions {
  readonly db: Kysely<unknown>;
  readonly migrations: Migrations;
  readonly log: Logger;
  readonly stopping: AbortSignal;
  waiting(reason: string): void;
}

/**
 * Brings the schema up to date, one process at a time, each migration in a transaction. Leaves one alone that
 * has all of them and newer ones too, as after a rollback. Waits for a database that is not there yet, telling why.
 * @throws what a migration throws, and at once when the database does not let us in
 */
export async function migrate(options: MigrateOptions): Promise<void> {
  const { log } = options;
  await untilDone(options, async (migrator) => {
    if ((await missing(migrator)).length === 0) return undefined;
    const { error, results } = await migrator.migrateToLatest();
    for (const { migrationName, status } of results ?? []) {
      if (status === 'Success') log.info({ migration: migrationName }, 'Migration done');
    }
    return error;
  });
}

/** Waits until another process has brought the schema up to date. */
export async function awaitMigrations(options: MigrateOptions): Promise<void> {
  await untilDone(options, async (migrator) => {
    const names = await missing(migrator);
    return names.length === 0 ? undefined : new SchemaTooOldError(names);
  });
}

class SchemaTooOldError extends AppError {
  constructor(names: readonly string[]) {
    super('UNAVAILABLE', `The schema lacks ${names.join(', ')}: run the service with --migrate`);
  }
}

async function missing(migrator: Migrator): Promise<readonly string[]> {
  const all = await migrator.getMigrations();
  return all.filter(({ executedAt }) => executedAt === undefined).map(({ name }) => name);
}

/** `tryOnce` answers with the error of a try. */
async function untilDone(
  { db, migrations, stopping, waiting }: MigrateOptions,
  tryOnce: (migrator: Migrator) => Promise<unknown>,
): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
  });
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const error = await tryOnce(migrator).catch((thrown: unknown) => thrown);
    if (error === undefined) return;
    if (error instanceof DatabaseRefusedError) throw new Error(error.reason, { cause: error });
    if (!isWorthWaiting(error)) throw error;
    waiting(error.message);
    await pause(pauseMs, undefined, { signal: stopping });
  }
}

function isWorthWaiting(error: unknown): error is Error {
  if (error instanceof AppError) return error.retryable;
  return error instanceof Error && (error as { code?: unknown }).code === databaseMissing;
}
