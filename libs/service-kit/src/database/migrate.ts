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

/**
 * Brings the schema up to date, one process at a time, each migration in a transaction. Waits for a
 * database that is not there yet, telling why.
 * @throws what a migration throws, and at once when the database does not let us in
 */
export async function migrate(options: {
  readonly db: Kysely<unknown>;
  readonly migrations: Migrations;
  readonly log: Logger;
  readonly stopping: AbortSignal;
  waiting(reason: string): void;
}): Promise<void> {
  const { db, migrations, log, stopping } = options;
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
  });
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const { error, results } = await migrator.migrateToLatest();
    for (const { migrationName, status } of results ?? []) {
      if (status === 'Success') log.info({ migration: migrationName }, 'Migration done');
    }
    if (error === undefined) return;
    if (error instanceof DatabaseRefusedError) throw new Error(error.reason, { cause: error });
    if (!isWorthWaiting(error)) throw error;
    options.waiting(error.message);
    await pause(pauseMs, undefined, { signal: stopping });
  }
}

function isWorthWaiting(error: unknown): error is Error {
  if (error instanceof AppError) return error.retryable;
  return error instanceof Error && (error as { code?: unknown }).code === databaseMissing;
}
