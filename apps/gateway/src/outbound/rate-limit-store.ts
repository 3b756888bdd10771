import pg, { type QueryConfig, type QueryResult } from 'pg';
import { metrics, type Logger } from '@mesh/tracing';

export const rateLimitTable = 'mesh_rate_limits';

const awayMetric = metrics.gauge({
  name: 'mesh_http_rate_limit_store_away',
  help: '1 while the store of rate limits is away and this process counts for itself',
});

/** A store that does not answer by then is away; meanwhile a request waits. */
const patienceMs = 1_000;
/** How long a store that is away is not asked again. */
const restMs = 5_000;

/**
 * Counts of requests in PostgreSQL, in a table without a write-ahead log: a crash of the server forgets them.
 * A store that is away fails at once, and is told in the log once until it is back.
 */
export class RateLimitStore {
  readonly #pool: pg.Pool;
  readonly #log: Logger;
  #created: Promise<unknown> | undefined;
  #away = false;
  #askedAgainAt = 0;

  constructor(url: string, log: Logger) {
    this.#log = log;
    this.#pool = new pg.Pool({
      ...{ connectionString: url, max: 8, application_name: 'gateway rate limits' },
      ...{ connectionTimeoutMillis: patienceMs, query_timeout: patienceMs, keepAlive: true },
    });
    // A lost connection fails the statement on it; without a listener it would end the process.
    this.#pool.on('error', () => {});
    this.#pool.on('connect', (client) => client.on('error', () => {}));
  }

  /** As rate-limiter-flexible calls a pool. */
  async query(statement: QueryConfig): Promise<QueryResult> {
    if (this.#away && performance.now() < this.#askedAgainAt)
      throw new Error('The store of rate limits is away');
    this.#askedAgainAt = performance.now() + restMs;
    try {
      await (this.#created ??= this.#createTable());
      const result = await this.#pool.query(statement);
      if (this.#away) this.#log.info('Rate limits are shared again: their store is back');
      this.#tell(false);
      return result;
    } catch (error) {
      this.#created = undefined;
      if (!this.#away)
        this.#log.warn(
          { err: error },
          'Rate limits count in this process alone: their store is away',
        );
      this.#tell(true);
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  #tell(away: boolean): void {
    this.#away = away;
    awayMetric.set(away ? 1 : 0);
  }

  /** One row a slot of each limit: it never grows further. */
  #createTable(): Promise<unknown> {
    const create = `create unlogged table if not exists ${rateLimitTable}
      (key varchar(255) primary key, points integer not null default 0, expire bigint)
      with (fillfactor = 50)`;
    return this.#pool.query(create).catch((error: { readonly code?: string }) => {
      // Replicas that start at once may meet here: another one has made it.
      if (error.code !== '23505' && error.code !== '42P07') throw error;
    });
  }
}
