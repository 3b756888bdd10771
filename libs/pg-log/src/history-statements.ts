import { EMPTY_SNAPSHOT } from './snapshot.js';

/** At most so many entries are looked at to tell how far a group is behind, which each scrape asks. */
export const BEHIND_LIMIT = 100_000;

/**
 * Where a cursor `c` is sent back to so that from position `first` on all comes again: a large step that
 * begins with nothing seen. It ends at a snapshot of the cursor itself, so that what this one was not
 * given is still to come, whatever its position. That is `cur` unless the step under way has rows before
 * `first` to come; then it is `prev`, and this step begins anew: its rows come again as well.
 */
function stepBack(first: string) {
  const cur = `case when c.cur is not null and ${first} - 1 <= c.position then c.cur else c.prev end`;
  return { prev: `'${EMPTY_SNAPSHOT}'::pg_snapshot`, cur, position: `${first} - 1` };
}

/** What tells what a group has finished, and sends it back to that. */
export function historyStatements(schema: string) {
  const s = `"${schema}"`;
  const entries = `from ${s}.cursor c join ${s}.entry e on e.partition = c.partition
where c.group_name = $1 and ($2::text[] is null or e.stream = any($2))`;
  const finished = `(pg_visible_in_snapshot(e.xid, c.prev)
    or (c.cur is not null and e.position <= c.position and pg_visible_in_snapshot(e.xid, c.cur)))`;
  const back = stepBack('b.first');
  return {
    /**
     * $1 group, $2 streams or null, $3 time or null, $4 position, $5 partition or null → by partition the
     * first finished row from there on, and the one behind the last. Where $3 is given, from its first row on.
     */
    finished: `with start as (
  select partition, min(position) as position from ${s}.entry
  where appended_at >= $3::timestamptz and ($2::text[] is null or stream = any($2)) group by partition
)
select e.partition, min(e.position)::text as first, (max(e.position) + 1)::text as until
${entries} and ${finished} and ($5::smallint is null or e.partition = $5)
  and e.position >= case when $3::timestamptz is null then $4::bigint
    else (select start.position from start where start.partition = e.partition) end
group by e.partition order by e.partition`,

    /** $1 group, $2 partitions with their $3 first positions → the points that they would be sent back to */
    points: `select c.partition, ${back.prev}::text as prev, (${back.cur})::text as cur, (${back.position})::text as position
from ${s}.cursor c join unnest($2::smallint[], $3::bigint[]) as b(partition, first) using (partition)
where c.group_name = $1`,

    /** $1 group → members alive or not known to be dead, and when the last of them would be */
    members: `select count(distinct id)::int as members,
  coalesce(extract(epoch from max(until) - clock_timestamp()) * 1000, 0)::float as "remainingMs"
from (
  select id, alive_until as until from ${s}.member where group_name = $1
  union all select owner, leased_until from ${s}.cursor where group_name = $1 and owner is not null
) alive where until > clock_timestamp()`,

    /**
     * $1 group, $2 partitions with their $3 first positions → those that were sent back: all, or none while
     * anybody is alive. The rows are locked before they are looked at, and one that is being claimed counts
     * as taken; a member that comes later claims what this has written. The fence ends what a member that
     * was stopped until now may still write.
     */
    sendBack: `with free as (
  select partition from ${s}.cursor
  where group_name = $1 and leased_until < clock_timestamp() and not exists (
    select from ${s}.member where group_name = $1 and alive_until > clock_timestamp()
  ) for update skip locked
)
update ${s}.cursor c
set prev = ${back.prev}, cur = ${back.cur}, position = ${back.position},
  owner = null, leased_until = '-infinity', fence = c.fence + 1
from unnest($2::smallint[], $3::bigint[]) as b(partition, first)
where c.group_name = $1 and c.partition = b.partition
  and (select count(*) from free) = (select count(*) from ${s}.cursor where group_name = $1)
returning c.partition`,

    /** $1 group, $2 streams or null → by partition the rows that are not finished */
    behind: `with since as (
  select min(pg_snapshot_xmax(prev)::text::bigint)::text::xid8 as xid, array(
    select distinct one from ${s}.cursor, pg_snapshot_xip(prev) as one where group_name = $1
  ) as in_progress from ${s}.cursor where group_name = $1
), later as materialized (
  (select e.* from ${s}.entry e where e.xid >= (select xid from since) order by e.xid limit ${BEHIND_LIMIT})
  union all
  (select e.* from ${s}.entry e where e.xid = any((select in_progress from since)::xid8[]) and e.xid < (select xid from since)
    order by e.xid limit ${BEHIND_LIMIT})
)
select c.partition, count(e.position)::int as count
from ${s}.cursor c left join later e on e.partition = c.partition
  and ($2::text[] is null or e.stream = any($2)) and not ${finished}
where c.group_name = $1 group by c.partition order by c.partition`,
  };
}
