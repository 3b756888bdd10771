import type { Queryable } from './queryable.js';

/** Schema of the inbox, the dead letters and the replays in a service's database. */
export const INBOX_SCHEMA = 'mesh_inbox';
/** Each holds the notes of events of a {@link SLOT_MS}, and begins anew after all others. */
export const INBOX_SLOTS = 32;
/** A day and a half. */
export const SLOT_MS = 2 ** 27;
/** Notes of events whose ids tell no time. */
export const UNDATED = 'handled_undated';

const s = INBOX_SCHEMA;

// A note must stand where the note of a repeat would stand, or it would not be found: so its slot is told by
// the event's id alone. Ids of our events are UUIDs version 7; they begin with their time in ms as twelve
// hexadecimal digits, of which the fifth and sixth count units of 2^24 ms. To cut out two digits is less
// work at each insert than to read them as a time.
const slotOf = (id: string) => `(case when substr(${id}, 15, 1) = '7' and substr(${id}, 9, 1) = '-'
  then substr(${id}, 5, 2) else '' end) collate "C"`;
/** That two ids are equal, said so that only one slot is looked into: by `h.event_id = e.id` alone it would be each of them. */
export const sameId = (one: string, other: string) =>
  `${one} = ${other} and ${slotOf(one)} = ${slotOf(other)}`;
const digits = (slot: number) =>
  slot < INBOX_SLOTS
    ? `'${((slot * 256) / INBOX_SLOTS).toString(16).padStart(2, '0')}'`
    : 'maxvalue';
const slotTable = (name: string, from: string, to: string) => `
create table ${s}.${name} partition of ${s}.handled for values from (${from}) to (${to});
create unique index on ${s}.${name} (group_name, source, event_id);`;

const TABLE = `
create table ${s}.handled (
  group_name text not null,
  source text not null,
  event_id text not null,
  handled_at timestamptz not null default clock_timestamp()
) partition by range (${slotOf('event_id')});
${slotTable(UNDATED, 'minvalue', digits(0))}
create index on ${s}.${UNDATED} using brin (handled_at);
${Array.from({ length: INBOX_SLOTS }, (_, n) => slotTable(`handled_${n}`, digits(n), digits(n + 1))).join('')}`;

// The unique indexes stand on the slots: PostgreSQL takes none over all of a table that is cut by an
// expression. "on conflict do nothing" minds them all the same.
const STATEMENTS = `
select pg_advisory_xact_lock(hashtextextended('install ${s}', 0));
create schema if not exists ${s};
do $$ declare
  kind "char" := (select relkind from pg_class where oid = to_regclass('${s}.handled'));
begin
  if kind = 'r' then
    lock table ${s}.handled in access exclusive mode;
    alter table ${s}.handled rename to handled_before;
  end if;
  if kind is distinct from 'p' then
    ${TABLE}
  end if;
  if kind = 'r' then
    insert into ${s}.handled (group_name, source, event_id, handled_at)
    select group_name, source, event_id, handled_at from ${s}.handled_before;
    drop table ${s}.handled_before;
  end if;
end $$;`;

/**
 * Makes the inbox exist. Idempotent, safe at once from several processes. An inbox of an earlier version is
 * copied, while its events wait: some seconds for a million notes.
 */
export async function installInbox(pool: Queryable): Promise<void> {
  await pool.query(STATEMENTS);
}
