import { OUTBOX_SCHEMA } from '../outbox.js';
import type { Queryable } from './queryable.js';

/** Transactions that are open in the service's database, in seconds since they began; 0 without any. */
export interface OpenTransactions {
  /**
   * The oldest that has appended. Its own events wait for its commit, and so does who wants to drop a
   * part of the outbox; no other event does.
   */
  readonly oldestWriterSeconds: number;
  /** The oldest that keeps a snapshot or has written anything: vacuum removes nothing younger. */
  readonly oldestSeconds: number;
}

// Whoever has inserted holds this lock until its end. Sessions of other roles are seen with pg_read_all_stats.
const OPEN = `
with open as (
  select a.backend_xid is not null or a.backend_xmin is not null as holds,
    extract(epoch from clock_timestamp() - a.xact_start)::float as seconds,
    exists (
      select from pg_locks l where l.pid = a.pid and l.locktype = 'relation' and l.granted
        and l.mode = 'RowExclusiveLock' and l.relation = to_regclass('${OUTBOX_SCHEMA}.entry')
    ) as writes
  from pg_stat_activity a
  where a.datname = current_database() and a.pid <> pg_backend_pid() and a.xact_start is not null
)
select coalesce(max(seconds) filter (where writes), 0)::float as "oldestWriterSeconds",
  coalesce(max(seconds) filter (where holds), 0)::float as "oldestSeconds"
from open`;

/** The ages of what is open in the pool's database; sees other roles' sessions with `pg_read_all_stats` alone. */
export async function readOpenTransactions(pool: Queryable): Promise<OpenTransactions> {
  const { rows } = await pool.query(OPEN);
  return rows[0] as OpenTransactions;
}
