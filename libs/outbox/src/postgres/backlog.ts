import { SERVER_STATEMENT } from '@mesh/pg-log';
import { OUTBOX_SCHEMA } from '../outbox.js';
import { RELAY_GROUP } from '../relay/relay-group.js';
import type { Queryable } from './queryable.js';

/** What is committed and not yet confirmed by a broker. */
export interface Backlog {
  readonly depth: number;
  /** Seconds since the oldest was appended, by the database's clock; 0 without any. */
  readonly oldestAgeSeconds: number;
}

// Looks only at what is younger than the oldest cursor, through the index on xid: what is retained costs nothing.
// A cursor of another server says nothing about the rows here: then all of them wait.
const BACKLOG = `
with own as materialized (
  select server = (${SERVER_STATEMENT}) as own from ${OUTBOX_SCHEMA}.consumer_group where name = '${RELAY_GROUP}'
), at as materialized (
  select partition, position, case when own then prev else '1:1:' end as prev, case when own then cur end as cur
  from ${OUTBOX_SCHEMA}.cursor, own where group_name = '${RELAY_GROUP}'
)
select count(*)::int as depth,
  coalesce(extract(epoch from clock_timestamp() - min(e.appended_at)), 0)::float as "oldestAgeSeconds"
from ${OUTBOX_SCHEMA}.entry e join at on at.partition = e.partition
where e.xid >= (select min(pg_snapshot_xmin(prev)) from at)
  and not pg_visible_in_snapshot(e.xid, at.prev)
  and (at.cur is null or e.position > at.position or not pg_visible_in_snapshot(e.xid, at.cur))`;

/** How far the relay is behind. Costs in proportion to the depth. */
export async function readBacklog(pool: Queryable): Promise<Backlog> {
  const { rows } = await pool.query(BACKLOG);
  return rows[0] as Backlog;
}
