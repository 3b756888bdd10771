import { Pool } from 'pg';
import { DatabaseRefusedError, translateDatabaseError } from './database-errors.js';

/** Longer than a database on a busy machine takes; a connection on which nothing comes back is given up. */
const patienceMs = 1000;

export interface DatabaseProbeOptions {
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
}

/**
 * Asks the database whether it answers, on a connection of its own: work that fills the pool and waits for
 * each other's locks is no reason to take a service out of rotation, and its replicas with it.
 */
export class DatabaseProbe {
  readonly #pool: Pool;

  constructor({ url, applicationName }: DatabaseProbeOptions) {
    this.#pool = new Pool({
      connectionString: url,
      max: 1,
      application_name: applicationName,
      connectionTimeoutMillis: patienceMs,
      query_timeout: patienceMs,
      idleTimeoutMillis: 60_000,
      keepAlive: true,
    });
    // The next check finds out.
    this.#pool.on('error', () => {});
    this.#pool.on('connect', (client) => client.on('error', () => {}));
  }

  /** @throws Error with a reason for people when it does not answer within a second or refuses */
  async check(): Promise<void> {
    try {
      await this.#pool.query('select 1');
    } catch (error) {
      const translated = translateDatabaseError(error);
      throw translated instanceof DatabaseRefusedError ? new Error(translated.reason) : translated;
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}
