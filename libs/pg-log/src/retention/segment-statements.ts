import { SERVER_STATEMENT } from '../group-statements.js';

/** How many segments one look takes into account; the next look sees further. */
const LOOK_AT = 200;
/** What appends and reads may have to wait for a change of segments; it is tried again at the next run. */
const LOCK_TIMEOUT_MS = 100;

/**
 * What cuts a log into segments and drops them. Changes of the list of segments lock out appends and reads
 * of the log, for some milliseconds: each is one text of one `do`, so that a process that stalls in the
 * middle holds no lock, and gives up after {@link LOCK_TIMEOUT_MS}.
 */
export function segmentStatements(schema: string) {
  const s = `"${schema}"`;
  const locked = (work: string, declare = '') => `do $$ ${declare} begin
  perform set_config('lock_timeout', '${LOCK_TIMEOUT_MS}ms', true);
  lock table ${s}.entry in access exclusive mode;
  ${work}
end $$`;
  const create = (name: string) =>
    `execute format('create table ${s}.%I (like ${s}.entry including all)', ${name})`;
  const attach = (name: string, from: string, to: string) =>
    `execute format('alter table ${s}.entry attach partition ${s}.%I for values from (%s) to (%s)', ${name}, ${from}, ${to})`;
  const next = `(select last_value + is_called::int from ${s}.position)`;
  return {
    /** → the next position, the database's clock */
    next: `select ${next}::text as next, clock_timestamp() as now`,

    /** $1 next position, $2 now */
    open: `update ${s}.segment set opened_at = $2 where opened_at is null and lower < $1::bigint`,

    /**
     * $1 next position, read before: whoever has a later transaction id than this one took its position
     * later, and so behind the segment. $2 now
     */
    close: `update ${s}.segment set closed_at = $2, closed_xid = pg_current_xact_id()
where closed_xid is null and upper <= $1::bigint`,

    /** $1 next position → the segment in which it is; for the last one `upper` is null */
    current: `select name, upper::text, opened_at as "openedAt",
  pg_total_relation_size(format('${s}.%I', name)::regclass)::float as bytes
from ${s}.segment where lower <= $1::bigint and (upper > $1 or upper is null)`,

    /** $1 next position → segments behind it that are empty yet, but for the last one */
    ahead: `select count(*)::int as ahead from ${s}.segment where lower > $1::bigint and upper is not null`,

    /** $1 how many positions are given to nobody */
    skip: `select count(nextval('${s}.position')) from generate_series(1, $1::int)`,

    /**
     * Cuts the last segment where the log stands, or replaces it when the log has not got there, and puts
     * `count` empty ones of `size` positions and a new last one behind it.
     */
    extend: (count: number, size: number) =>
      locked(
        `select * into strict last from ${s}.segment where upper is null;
  next := ${next};
  execute format('alter table ${s}.entry detach partition ${s}.%I', last.name);
  if next > last.lower then
    ${attach('last.name', 'last.lower', 'next')};
    update ${s}.segment set upper = next where name = last.name;
  else
    execute format('drop table ${s}.%I', last.name);
    delete from ${s}.segment where name = last.name;
    next := last.lower;
  end if;
  for n in 1..${count} loop
    made := format('entry_%s_%s', next, next + ${size});
    ${create('made')};
    ${attach('made', 'next', `next + ${size}`)};
    insert into ${s}.segment (name, lower, upper) values (made, next, next + ${size});
    next := next + ${size};
  end loop;
  made := format('entry_%s', next);
  ${create('made')};
  ${attach('made', 'next', `'maxvalue'`)};
  insert into ${s}.segment (name, lower) values (made, next);`,
        'declare last record; next bigint; made text;',
      ),

    /** → closed segments, the oldest first */
    closed: `select name, lower::text, upper::text, closed_at as "closedAt",
  pg_total_relation_size(format('${s}.%I', name)::regclass)::float as bytes
from ${s}.segment where closed_xid is not null order by segment.upper limit ${LOOK_AT}`,

    /**
     * $1 to before $2 positions, $3 groups that count as having read nothing until they exist → groups that
     * have not finished these, by the snapshot of this statement. A group whose cursor shows every transaction
     * that can be in there needs no look at the rows; of the others, those since its cursor are looked at. The
     * cursor of another server, before a reset, says nothing here: it counts as having read nothing.
     */
    unread: `select pg_current_snapshot()::text as seen, array(
    select distinct c.group_name from ${s}.cursor c, (select closed_xid from ${s}.segment where upper = $2::bigint) closed
    where pg_snapshot_xmin(c.prev) < closed.closed_xid and exists (
      select from ${s}.entry e where e.partition = c.partition and e.position >= $1::bigint and e.position < $2::bigint
        and e.xid >= pg_snapshot_xmin(c.prev) and not pg_visible_in_snapshot(e.xid, c.prev)
        and (c.cur is null or e.position > c.position or not pg_visible_in_snapshot(e.xid, c.cur))
    )
    union select name from ${s}.consumer_group where server <> (${SERVER_STATEMENT})
    union select expected from unnest($3::text[]) as expected
    where not exists (select from ${s}.consumer_group where consumer_group.name = expected)
  ) as unread`,

    /** → how long the oldest transaction that holds a lock on the log has been open */
    holder: `select coalesce(extract(epoch from max(clock_timestamp() - a.xact_start)) * 1000, 0)::float as "openMs"
from pg_locks l join pg_stat_activity a using (pid)
where l.relation = '${s}.entry'::regclass and l.granted and l.pid <> pg_backend_pid()
  and l.database = (select oid from pg_database where datname = current_database())`,

    /**
     * Cuts off the oldest closed segments, up to this position, or up to the first one that got a row which
     * the snapshot `seen` does not show: it was committed since, by a transaction that had been open for long.
     */
    detach: (until: bigint, seen: string) =>
      locked(
        `for gone in select * from ${s}.segment where closed_xid is not null and upper <= ${until} order by upper loop
    execute format('select exists (select from ${s}.%I where xid >= pg_snapshot_xmin($1) and not pg_visible_in_snapshot(xid, $1))', gone.name)
      into late using '${seen}'::pg_snapshot;
    exit when late;
    execute format('alter table ${s}.entry detach partition ${s}.%I', gone.name);
    delete from ${s}.segment where name = gone.name;
    update ${s}.retention set gone_until = greatest(gone_until, gone.upper), gone_before = greatest(gone_before, gone.closed_at);
  end loop;`,
        'declare gone record; late boolean;',
      ),

    /** → segments that were cut off and not yet dropped: nobody reads them. */
    detached: `select c.relname as name from pg_class c
where c.relnamespace = '${schema}'::regnamespace and c.relkind = 'r' and not c.relispartition
  and c.relname ~ '^entry_(first|[0-9_]+)$' and c.relname not in (select name from ${s}.segment)`,

    drop: (name: string) => `drop table if exists ${s}."${name}"`,

    /** $1 now */
    ran: `update ${s}.retention set ran_at = $1`,

    /** → the size of the log and what is left of it */
    status: `select count(*)::int as segments, (select ran_at from ${s}.retention) as "ranAt",
  coalesce(sum(pg_total_relation_size(format('${s}.%I', name)::regclass)), 0)::float as bytes,
  count(*) filter (where upper is not null and opened_at is null)::int as ahead
from ${s}.segment`,

    /** → what is gone: positions before `until`, rows appended before `before` */
    gone: `select gone_until::text as until, gone_before as before from ${s}.retention`,

    /** → up to where segments are closed, and to which transaction id */
    bounds: `select upper::text, closed_xid::text as xid from ${s}.segment where closed_xid is not null order by upper`,
  };
}
