import type { Queryable } from './queryable.js';
import { OUTBOX_SCHEMA } from '../outbox-log.js';

const STATEMENTS = `
select pg_advisory_xact_lock(hashtextextended('install ${OUTBOX_SCHEMA} dead letters', 0));
create schema if not exists ${OUTBOX_SCHEMA};
create table if not exists ${OUTBOX_SCHEMA}.dead_letter (
  position bigint primary key,
  stream text not null,
  key text,
  routing_key text,
  headers json not null,
  body bytea not null,
  appended_at timestamptz not null,
  reason text not null,
  error text not null,
  failed_at timestamptz not null default clock_timestamp()
);
create index if not exists dead_letter_of_key on ${OUTBOX_SCHEMA}.dead_letter (stream, key, position);
create table if not exists ${OUTBOX_SCHEMA}.parked_key (
  stream text not null,
  key text not null,
  since timestamptz not null default clock_timestamp(),
  primary key (stream, key)
);
create table if not exists ${OUTBOX_SCHEMA}.dead_letter_action (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  actor text not null,
  action text not null check (action in ('redrive', 'discard')),
  position bigint not null,
  stream text not null,
  key text,
  event_id text,
  result text not null check (result in ('done', 'failed')),
  detail text
);`;

/** Makes the tables for events that can never be published exist. Idempotent, safe at once from several processes. */
export async function installDeadLetters(pool: Queryable): Promise<void> {
  await pool.query(STATEMENTS);
}
