/** SQLSTATEs with which an append is refused. */
export const REFUSED = { full: 'MW001', lost: 'MW002', closed: 'MW003' } as const;

/**
 * What stays in tables of a log that is in the WAL: one row that says which slot reads it, how far,
 * up to where appends are taken, and who reads now; and one a slot that was lost.
 */
export function walSchemaStatements(schema: string): string {
  const s = `"${schema}"`;
  return `
create schema if not exists ${s};
create table if not exists ${s}.wal_slot (
  only_row boolean primary key default true check (only_row),
  name text not null,
  server text not null,
  made_at timestamptz not null default clock_timestamp(),
  confirmed pg_lsn not null,
  confirmed_at timestamptz not null default clock_timestamp(),
  max_bytes bigint not null,
  full_at pg_lsn not null,
  sealed_at pg_lsn,
  lost text,
  lost_at timestamptz,
  owner uuid,
  fence bigint not null default 0,
  leased_until timestamptz not null default '-infinity',
  unfinished int not null default 0,
  oldest_at timestamptz
) with (fillfactor = 20);
create table if not exists ${s}.wal_loss (
  lost_at timestamptz not null,
  slot text not null,
  reason text not null,
  missing_from pg_lsn not null,
  missing_since timestamptz not null,
  reset_at timestamptz not null default clock_timestamp(),
  reset_by text not null
);
create or replace function ${s}.refuse_append() returns pg_lsn language plpgsql as $$
declare slot ${s}.wal_slot;
begin
  select * into slot from ${s}.wal_slot;
  if not found or slot.sealed_at is not null then
    raise exception using errcode = '${REFUSED.closed}',
      message = 'The outbox in the WAL is closed: the service relays by polling now';
  elsif slot.lost is not null then
    raise exception using errcode = '${REFUSED.lost}',
      message = format('The outbox takes nothing since its replication slot "%s" was lost', slot.name);
  end if;
  raise exception using errcode = '${REFUSED.full}',
    message = format('%s of WAL wait for the relay or are kept for it, and the limit is %s',
      pg_size_pretty(pg_current_wal_insert_lsn() - slot.confirmed), pg_size_pretty(slot.max_bytes));
end $$;
do $$ begin
  if not exists (select from pg_publication where pubname = '${schema}') then
    create publication ${s};
  end if;
end $$;`;
}
