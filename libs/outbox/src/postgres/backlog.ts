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

// One pass in the order of the index on xid over what is younger than the oldest cursor: what is retained costs
// nothing. The cursors are arrays, by partition: joined to their rows, the planner, which expects one of them,
// reads the same pages once for each partition (14 times as many with 200,000 events that wait).
// A cursor of another server says nothing about the rows here: then all of them wait.
const BACKLOG = `
with own as materialized (
  select server = (${SERVER_STATEMENT}) as own from ${OUTBOX_SCHEMA}.consumer_group where name = '${RELAY_GROUP}'
), at as materialized (
  select partition, position, case when own then prev else '1:1:' end as prev, case when own then cur end as cur
  from ${OUTBOX_SCHEMA}.cursor, own where group_name = '${RELAY_GROUP}'
), ats as materialized (
  select min(pg_snapshot_xmin(prev)) as since, array_agg(prev order by partition) as prev,
    array_agg(cur order by partition) as cur, array_agg(position order by partition) as position from at
)
select count(*)::int as depth,
  coalesce(extract(epoch from clock_timestamp() - min(e.appended_at)), 0)::float as "oldestAgeSeconds"
from ats cross join lateral (
  select xid, position, appended_at, partition + 1 as nth from ${OUTBOX_SCHEMA}.entry where xid >= ats.since
) e
where not pg_visible_in_snapshot(e.xid, ats.prev[nth])
  and (ats.cur[nth] is null or e.position > ats.position[nth] or not pg_visible_in_snapshot(e.xid, ats.cur[nth]))`;

/** How far the relay is behind. Costs in proportion to the depth. */
export async function readBacklog(pool: Queryable): Promise<Backlog> {
  const { rows } = await pool.query(BACKLOG);
  return rows[0] as Backlog;
}
