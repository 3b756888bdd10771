import { Pool, type PoolClient } from 'pg';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { metrics, type Logger } from '@mesh/tracing';
import { translateDatabaseError } from './database-errors.js';
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

/**
 * The pool as Kysely uses it: statements with parameters are prepared under a name, and errors are
 * translated by {@link translateDatabaseError}.
 */
export function kyselyPool(pool: Pool): PostgresPool {
  const wrapped = new WeakMap<PoolClient, PostgresPoolClient>();
  const names = new StatementNames();
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect().catch(rethrow);
      let translating = wrapped.get(client);
      if (translating === undefined) wrapped.set(client, (translating = translate(client, names)));
      return translating;
    },
  } as PostgresPool;
}

function translate(client: PoolClient, names: StatementNames): PostgresPoolClient {
  let broken = false;
  const query = async (text: string, values: readonly unknown[] = []): Promise<unknown> => {
    // Without parameters: begin, commit, migrations.
    const name = values.length > 0 ? names.of(text) : undefined;
    try {
      return await client.query({ text, values: [...values], ...(name !== undefined && { name }) });
    } catch (error) {
      const translated = translateDatabaseError(error);
      broken ||= translated !== error && !isStatementOnly(error);
      throw translated;
    }
  };
  return new Proxy(client, {
    get(target, property) {
      if (property === 'query') return query;
      // A connection that failed is not given to anybody else.
      if (property === 'release') return (discard?: boolean) => target.release(broken || discard);
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
