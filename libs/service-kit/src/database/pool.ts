import { Pool, type PoolClient } from 'pg';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type { Logger } from '@mesh/tracing';
import { translateDatabaseError } from './database-errors.js';
import { watchPool } from './pool-metrics.js';
import { pipelinedClient, type PipelinedClientOptions } from './pipelined-client.js';
import { StatementNames } from './statement-names.js';

export interface PoolOptions {
  readonly url: string;
  readonly size: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  readonly log: Logger;
}

/** Waiting longer than this for a connection means that the database or this service is overloaded. */
const acquireTimeoutMs = 3000;

/**
 * Connections to PostgreSQL that outlive its restarts: a lost connection fails the statement on it,
 * never the process, and is replaced at the next statement.
 */
export function createPool({ url, size, applicationName, log }: PoolOptions): Pool {
  const pool = new Pool({
    connectionString: url,
    max: size,
    application_name: applicationName,
    connectionTimeoutMillis: acquireTimeoutMs,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    pipeline: true,
  });
  // Idle connections report on the pool, those in use on themselves: without a listener either
  // event would end the process.
  const lost = (error: Error) => log.debug({ err: error }, 'A database connection was lost');
  pool.on('error', lost);
  pool.on('connect', (client) => client.on('error', lost));
  watchPool(applicationName, pool);
  return pool;
}

/**
 * The pool as Kysely uses it: statements with parameters are prepared under a name, errors are translated. What is
 * unawaited leaves together with the statement behind it, and fails with that one.
 */
export function kyselyPool(
  pool: Pool,
  isUnawaited: PipelinedClientOptions['isUnawaited'] = () => false,
): PostgresPool {
  const wrapped = new WeakMap<PoolClient, PostgresPoolClient>();
  const options = { names: new StatementNames(), isUnawaited };
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect().catch(rethrow);
      let pipelined = wrapped.get(client);
      if (pipelined === undefined)
        wrapped.set(client, (pipelined = pipelinedClient(client, options)));
      return pipelined;
    },
  } as PostgresPool;
}

function rethrow(error: unknown): never {
  throw translateDatabaseError(error);
}
