import { Pool, type PoolClient } from 'pg';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { metrics, type Logger } from '@mesh/tracing';
import { translateDatabaseError } from './database-errors.js';

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
  });
  // Idle connections report on the pool, those in use on themselves: without a listener either
  // event would end the process.
  const lost = (error: Error) => log.debug({ err: error }, 'A database connection was lost');
  pool.on('error', lost);
  pool.on('connect', (client) => client.on('error', lost));
  metrics.gauge({
    name: 'mesh_database_connections',
    help: 'Connections of the pool by state',
    labels: ['state'],
    collect(gauge) {
      gauge.set({ state: 'open' }, pool.totalCount);
      gauge.set({ state: 'idle' }, pool.idleCount);
      gauge.set({ state: 'waiting' }, pool.waitingCount);
    },
  });
  return pool;
}

/** The pool as Kysely uses it, with errors translated by {@link translateDatabaseError}. */
export function kyselyPool(pool: Pool): PostgresPool {
  const wrapped = new WeakMap<PoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect().catch(rethrow);
      let translating = wrapped.get(client);
      if (translating === undefined) wrapped.set(client, (translating = translate(client)));
      return translating;
    },
  } as PostgresPool;
}

function translate(client: PoolClient): PostgresPoolClient {
  let broken = false;
  return new Proxy(client, {
    get(target, property) {
      if (property === 'query') {
        return (...args: unknown[]) => {
          const result: unknown = Reflect.apply(target.query, target, args);
          if (!(result instanceof Promise)) return result;
          return result.catch((error: unknown) => {
            const translated = translateDatabaseError(error);
            broken ||= translated !== error && !isStatementOnly(error);
            throw translated;
          });
        };
      }
      // A connection that failed is not given to anybody else.
      if (property === 'release') return () => target.release(broken);
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  }) as unknown as PostgresPoolClient;
}

function isStatementOnly(error: unknown): boolean {
  return /^(40|55|57014)/.test(String((error as { code?: unknown }).code));
}

function rethrow(error: unknown): never {
  throw translateDatabaseError(error);
}
