/**
 * The tables of a log.
 *
 * `entry` is cut into segments by position, so that old ones can be dropped whole; there is one
 * to begin with, and the last one always takes every position that comes. Its primary key serves reads by position within a partition, the index on xid the reads
 * of what committed since a snapshot.
 *
 * `xid` comes before `position`: defaults are evaluated in this order, so a row's transaction id
 * is older than its position.
 *
 * `segment` has a row for each: positions from `lower` to before `upper`, or to the end. A closed one has
 * no row of transaction `closed_xid` or a later one. `retention` tells what was dropped.
 */
export function schemaStatements(schema: string, partitions: number): string {
  const s = `"${schema}"`;
  return `
create schema if not exists ${s};
create table if not exists ${s}.log (
  only_row boolean primary key default true check (only_row),
  format smallint not null,
  partitions smallint not null
);
insert into ${s}.log (format, partitions) values (1, ${partitions}) on conflict do nothing;
create sequence if not exists ${s}.position;
create table if not exists ${s}.entry (
  xid xid8 not null default pg_current_xact_id(),
  position bigint not null default nextval('${s}.position'),
  appended_at timestamptz not null default clock_timestamp(),
  partition smallint not null,
  stream text not null,
  key text,
  routing_key text,
  headers json not null,
  body bytea not null,
  primary key (partition, position)
) partition by range (position);
create index if not exists entry_xid on ${s}.entry (xid);
do $$ begin
  if not exists (select from pg_inherits where inhparent = '${s}.entry'::regclass) then
    create table ${s}.entry_first partition of ${s}.entry for values from (minvalue) to (maxvalue);
  end if;
end $$;
create table if not exists ${s}.segment (
  name text primary key,
  lower bigint not null,
  upper bigint,
  opened_at timestamptz,
  closed_at timestamptz,
  closed_xid xid8
);
insert into ${s}.segment (name, lower) select 'entry_first', 0 where not exists (select from ${s}.segment);
create table if not exists ${s}.retention (
  only_row boolean primary key default true check (only_row),
  gone_until bigint not null default 0,
  gone_before timestamptz not null default '-infinity',
  ran_at timestamptz
);
insert into ${s}.retention default values on conflict do nothing;
create table if not exists ${s}.consumer_group (
  name text primary key,
  server text not null,
  created_at timestamptz not null default clock_timestamp()
);
create table if not exists ${s}.cursor (
  group_name text not null references ${s}.consumer_group on delete cascade,
  partition smallint not null,
  prev pg_snapshot not null,
  cur pg_snapshot,
  position bigint not null default 0,
  owner uuid,
  fence bigint not null default 0,
  leased_until timestamptz not null default '-infinity',
  primary key (group_name, partition)
) with (fillfactor = 50);
create table if not exists ${s}.member (
  group_name text not null references ${s}.consumer_group on delete cascade,
  id uuid not null,
  alive_until timestamptz not null,
  primary key (group_name, id)
) with (fillfactor = 50);`;
}
