import type pg from 'pg';
import { appendStatement, appendValues } from './append.js';
import type { Executor, LogEntry } from './entry.js';
import { LogError } from './errors.js';
import { schemaStatements } from './schema.js';

export interface PgLogOptions {
  /** The database; readers open connections of their own with its settings. */
  readonly pool: pg.Pool;
  /** Schema that holds the log: lower-case letters, digits and `_`, at most 48 characters. */
  readonly schema: string;
  /**
   * Key-hash partitions: the most readers of one group that can share the work. Fixed once installed.
   * @default 16
   */
  readonly partitions?: number;
}

/** One append-only log in one schema of a PostgreSQL (15 or newer) database. Safe for concurrent use. */
export class PgLog {
  readonly #pool: pg.Pool;
  readonly #schema: string;
  readonly #partitions: number;
  readonly #append: string;

  /** @throws LogError SCHEMA_INVALID */
  constructor({ pool, schema, partitions = 16 }: PgLogOptions) {
    if (!/^[a-z_][a-z0-9_]{0,47}$/.test(schema)) {
      throw new LogError(
        'SCHEMA_INVALID',
        `The schema of a log is lower-case letters, digits and _, at most 48, not starting with a digit; got "${schema}"`,
      );
    }
    this.#pool = pool;
    this.#schema = schema;
    this.#partitions = partitions;
    this.#append = appendStatement(schema);
  }

  /**
   * Makes the tables exist. Idempotent, safe at once from several processes.
   * @throws LogError PARTITIONS_DIFFER when the log was installed with another number of partitions
   */
  async install(): Promise<void> {
    const client = await this.#pool.connect();
    let failed: Error | undefined;
    try {
      await client.query('begin');
      await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
        `install log ${this.#schema}`,
      ]);
      await client.query(schemaStatements(this.#schema, this.#partitions));
      const { rows } = await client.query<{ partitions: number }>(
        `select partitions from "${this.#schema}".log`,
      );
      const installed = rows[0]?.partitions;
      if (installed !== this.#partitions) {
        throw new LogError(
          'PARTITIONS_DIFFER',
          `The log "${this.#schema}" has ${installed} partitions and was asked for ${this.#partitions}: the number can't change once keys are placed; give partitions: ${installed}`,
        );
      }
      await client.query('commit');
    } catch (error) {
      failed = error as Error;
      await client.query('rollback').catch(() => undefined);
      throw error;
    } finally {
      client.release(failed instanceof LogError ? undefined : failed);
    }
  }

  /**
   * Appends in the caller's transaction, in one statement. Order within a key holds for entries
   * that are appended one after the other: by one transaction, or by several that take the same
   * lock before (the lock on the aggregate's row). Call {@link wake} after the commit.
   * @throws LogError ENTRY_INVALID
   */
  async append(executor: Executor, entries: readonly LogEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await executor.query(this.#append, appendValues(entries, this.#partitions));
  }
}
