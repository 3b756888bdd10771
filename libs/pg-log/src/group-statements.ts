/** Which database this is: a server has its identifier from initdb, a database its oid. */
export const SERVER_STATEMENT = `select (select system_identifier from pg_control_system()) || '/' || oid as server
from pg_database where datname = current_database()`;

/**
 * What keeps a group's cursors and leases. All times are the database's clock. Rows of `cursor`
 * are locked by claims with `skip locked` and by their owner's statements, which it runs one
 * after the other: nobody waits in a circle.
 */
export function groupStatements(schema: string) {
  const s = `"${schema}"`;
  const forced = `set_config('synchronous_commit', 'on', true) = 'on'`;
  const held =
    'unnest($3::smallint[], $4::bigint[], $5::pg_snapshot[], $6::pg_snapshot[], $7::bigint[])';
  const move = `prev = held.prev, cur = held.cur, position = held.position
from ${held} as held(partition, fence, prev, cur, position)
where c.group_name = $1 and c.owner = $2 and c.partition = held.partition and c.fence = held.fence`;
  return {
    /**
     * $1 group, $2 server, $3 partitions, $4 first snapshot or null for the present one. On disk
     * before anybody is told that the group's start is fixed. The session waits for nothing else but claims.
     */
    create: `with new as (
  insert into ${s}.consumer_group (name, server) values ($1, $2) on conflict do nothing returning name
)
insert into ${s}.cursor (group_name, partition, prev)
select new.name, partition, coalesce($4::pg_snapshot, pg_current_snapshot())
from new, generate_series(0, $3::int - 1) as partition
where ${forced}`,

    /** $1 group */
    server: `select server from ${s}.consumer_group where name = $1`,

    /** $1 group: members that were killed a while ago */
    forget: `delete from ${s}.member where (group_name, id) in (
  select group_name, id from ${s}.member
  where group_name = $1 and alive_until < clock_timestamp() - interval '1 minute'
  for update skip locked
)`,

    /** $1 group, $2 member, $3 lease in ms → others alive, and how many of them come before */
    beat: `with me as (
  insert into ${s}.member (group_name, id, alive_until)
  values ($1, $2, clock_timestamp() + $3 * interval '1 ms')
  on conflict (group_name, id) do update set alive_until = excluded.alive_until
)
select count(*)::int as others, (count(*) filter (where id < $2))::int as before from ${s}.member
where group_name = $1 and id <> $2 and alive_until > clock_timestamp()`,

    /**
     * $1 group, $2 member, $3 lease in ms, $4 how many, $5 partitions held. On disk before the new
     * fence is used: a crash of the server never gives the same one out again.
     */
    claim: `with free as (
  select partition from ${s}.cursor
  where group_name = $1 and (leased_until < clock_timestamp() or owner = $2)
    and partition <> all($5::smallint[])
  order by partition limit $4 for update skip locked
)
update ${s}.cursor c
set owner = $2, fence = c.fence + 1, leased_until = clock_timestamp() + $3 * interval '1 ms'
from free where c.group_name = $1 and c.partition = free.partition and ${forced}
returning c.partition, c.fence::text, c.prev::text, c.cur::text, c.position::text`,

    /** $1 group, $2 member, $3–$7 held, $8 lease in ms → partitions still held */
    advance: `update ${s}.cursor c set leased_until = clock_timestamp() + $8 * interval '1 ms', ${move}
returning c.partition`,

    /** $1 group, $2 member, $3–$7 held */
    release: `update ${s}.cursor c set owner = null, leased_until = '-infinity', ${move}`,

    /** $1 group, $2 member */
    leave: `delete from ${s}.member where group_name = $1 and id = $2`,
  };
}
