import { INBOX_SCHEMA } from '../postgres/inbox-schema.js';
import type { Queryable } from '../postgres/queryable.js';

// headers are `json`, which keeps their order and takes the escape of NUL, which `jsonb` does not.
const STATEMENTS = `
select pg_advisory_xact_lock(hashtextextended('install ${INBOX_SCHEMA} dead letters', 0));
create schema if not exists ${INBOX_SCHEMA};
create table if not exists ${INBOX_SCHEMA}.dead_letter (
  id bigint generated always as identity primary key,
  group_name text not null,
  stream text not null,
  key text,
  event_source text not null,
  event_id text not null,
  event_type text not null,
  holds_key boolean not null,
  behind bigint,
  reason text not null check (reason in ('max-attempts', 'rejected', 'expired', 'overflow', 'undecodable', 'gap')),
  error_code text not null,
  error_message text not null,
  fingerprint text not null,
  attempts integer not null,
  first_failed_at timestamptz not null,
  last_failed_at timestamptz not null,
  parked_at timestamptz not null default clock_timestamp(),
  position text not null,
  routing_key text,
  headers json not null,
  body bytea not null,
  attributes json,
  data bytea,
  number bigint,
  unique (group_name, event_source, event_id)
);
create index if not exists dead_letter_of_key on ${INBOX_SCHEMA}.dead_letter (group_name, stream, key, id) where holds_key;
create index if not exists dead_letter_of_reason on ${INBOX_SCHEMA}.dead_letter (group_name, reason);
create table if not exists ${INBOX_SCHEMA}.parked_key (
  group_name text not null,
  stream text not null,
  key text not null,
  since timestamptz not null default clock_timestamp(),
  primary key (group_name, stream, key)
);
create table if not exists ${INBOX_SCHEMA}.dead_letter_action (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  actor text not null,
  action text not null check (action in ('redrive', 'discard')),
  dead_letter bigint not null,
  group_name text not null,
  stream text not null,
  key text,
  event_id text not null,
  event_type text not null,
  result text not null check (result in ('done', 'failed')),
  detail text
);
do $$ begin
  if exists (select from information_schema.columns where table_schema = '${INBOX_SCHEMA}'
    and table_name = 'dead_letter' and column_name = 'attributes' and is_nullable = 'NO') then
    alter table ${INBOX_SCHEMA}.dead_letter alter column attributes drop not null;
  end if;
  if not exists (select from information_schema.columns where table_schema = '${INBOX_SCHEMA}'
    and table_name = 'dead_letter' and column_name = 'number') then
    alter table ${INBOX_SCHEMA}.dead_letter add column number bigint,
      drop constraint if exists dead_letter_reason_check,
      add constraint dead_letter_reason_check
        check (reason in ('max-attempts', 'rejected', 'expired', 'overflow', 'undecodable', 'gap'));
  end if;
end $$;`;

/**
 * Makes the dead letters of consumed events exist, beside the inbox. Idempotent, safe at once from
 * several processes.
 */
export async function installParking(pool: Queryable): Promise<void> {
  await pool.query(STATEMENTS);
}

/** Tells the replicas which keys are parked. */
export const PARKED_CHANNEL = `${INBOX_SCHEMA}.parked`;
