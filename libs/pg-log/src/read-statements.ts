/** Bounds of one read. */
export interface ReadBounds {
  readonly batch: number;
  readonly maxBytes: number;
}

const CONTENT = 'partition, position, stream, key, routing_key, headers, body';
const COLUMNS = `${CONTENT}, appended_at`;
/** A number is read in a tenth of the time that a date's text takes. */
const ANSWER = `${CONTENT}, extract(epoch from appended_at)::float8 * 1000 as appended_ms`;

/**
 * What is not shown by a snapshot that ends at $1 and has $2 in progress; both through the index on xid.
 * $6 and $7: the lowest positions that either may have. Segments before them are not even opened.
 */
function notShown(schema: string, columns: string, limit: number | 'all'): string {
  const entry = `select ${columns} from "${schema}".entry`;
  return `(${entry} where xid >= $1::xid8 and position >= $6::bigint order by xid limit ${limit})
  union all (${entry} where xid = any($2::xid8[]) and position >= $7::bigint order by xid limit ${limit})`;
}

/**
 * Session settings without which the planner, having no statistics of a young table or a generic
 * plan's guess of a limit, reads it whole: 30 to 270 ms a poll instead of 0.3 with a million rows.
 */
export const READ_SETTINGS =
  '-c jit=off -c max_parallel_workers_per_gather=0 -c enable_seqscan=off -c enable_bitmapscan=off -c plan_cache_mode=force_generic_plan';

/**
 * Opens a step: what commits brought since a snapshot, whole when it is small. Without $3 the
 * step ends at this statement's own snapshot, which shows exactly what the statement sees.
 * The cost is bounded: it looks at no more than four batches of the log and then says `truncated`.
 *
 * $1 xmax and $2 transactions in progress of `prev`, $3 `cur` or null, $4 partitions, $5 streams or null,
 * $6 and $7 the lowest positions after `prev` and of what was in progress.
 */
export function openStatement(schema: string, { batch, maxBytes }: ReadBounds): string {
  const most = batch * 4 + 1;
  return `with scan as materialized (
  ${notShown(schema, `xid, ${COLUMNS}`, most)}
), delta as materialized (
  select * from scan where partition = any($4::smallint[])
    and ($5::text[] is null or stream = any($5))
    and ($3::pg_snapshot is null or pg_visible_in_snapshot(xid, $3))
), size as (
  select (select count(*) from scan) >= ${most} or count(*) > ${batch}
    or coalesce(sum(octet_length(body)), 0) > ${maxBytes} as truncated from delta
)
select pg_current_snapshot()::text as snapshot, size.truncated, ${ANSWER}
from size left join delta on not size.truncated order by position`;
}

/**
 * The lowest position of a large step, so that reading it by position need not walk through what
 * was read before. Parameters as in {@link openStatement}, $3 given.
 */
export function floorStatement(schema: string): string {
  return `select min(position) as floor
from (${notShown(schema, 'xid, partition, position, stream', 'all')}) scan
where partition = any($4::smallint[]) and ($5::text[] is null or stream = any($5))
  and pg_visible_in_snapshot(xid, $3::pg_snapshot)`;
}

/**
 * The next rows of steps that are under way, by position. `found` below the limit: the step ends there.
 *
 * $1 partitions with their $2 `prev`, $3 `cur`, $4 position; $5 streams or null; $6 rows and $7 bytes
 * for each partition, of which at least one row is read.
 */
export function pageStatement(schema: string): string {
  return `select ${ANSWER}, found
from unnest($1::smallint[], $2::pg_snapshot[], $3::pg_snapshot[], $4::bigint[]) as step(of, prev, cur, after)
cross join lateral (
  select *, count(*) over () as found,
    sum(octet_length(body)) over (order by position) - octet_length(body) as bytes_before
  from (
    select ${COLUMNS} from "${schema}".entry
    where partition = step.of and position > step.after
      and not pg_visible_in_snapshot(xid, step.prev) and pg_visible_in_snapshot(xid, step.cur)
      and ($5::text[] is null or stream = any($5))
    order by position limit $6
  ) rows
) page
where bytes_before < $7 order by position`;
}
