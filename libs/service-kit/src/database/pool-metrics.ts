import { metrics } from '@mesh/tracing';
import type { Pool } from 'pg';

const pools = new Map<string, Pool>();

metrics.gauge({
  name: 'mesh_database_connections',
  help: 'Connections of a pool to its database, by state (used, idle)',
  labels: ['pool', 'state'],
  collect(gauge) {
    for (const [pool, { totalCount, idleCount }] of pools) {
      gauge.set({ pool, state: 'used' }, totalCount - idleCount);
      gauge.set({ pool, state: 'idle' }, idleCount);
    }
  },
});
each(
  'mesh_database_connections_limit',
  'Connections that a pool may open',
  (pool) => pool.options.max,
);
each('mesh_database_waiting', 'Work that waits for a connection of a pool', waitingIn);

function each(name: string, help: string, value: (pool: Pool) => number): void {
  metrics.gauge<'pool'>({
    ...{ name, help, labels: ['pool'] },
    collect: (gauge) => pools.forEach((pool, one) => gauge.set({ pool: one }, value(pool))),
  });
}

/**
 * Work for which there is neither an idle connection nor room for one more. pg hands connections out a moment
 * later, so that what the scrape itself asks would always wait otherwise.
 */
export function waitingIn({
  waitingCount,
  idleCount,
  totalCount,
  options,
}: Pick<Pool, 'waitingCount' | 'idleCount' | 'totalCount' | 'options'>): number {
  return Math.max(0, waitingCount - idleCount - (options.max - totalCount));
}

/** Shows the use of a pool at each scrape, until it is ended. */
export function watchPool(name: string, pool: Pool): void {
  pools.set(name, pool);
  const { end } = pool;
  pool.end = (...given: []) => {
    if (pools.get(name) === pool) pools.delete(name);
    return Reflect.apply(end, pool, given) as Promise<void>;
  };
}
