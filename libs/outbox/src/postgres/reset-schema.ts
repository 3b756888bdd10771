import { OUTBOX_SCHEMA } from '../outbox.js';
import type { Queryable } from './queryable.js';

const STATEMENTS = `
select pg_advisory_xact_lock(hashtextextended('install ${OUTBOX_SCHEMA} resets', 0));
create schema if not exists ${OUTBOX_SCHEMA};
create table if not exists ${OUTBOX_SCHEMA}.reset (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  actor text not null,
  origin text not null check (origin in ('start', 'end')),
  bound_to text not null,
  here text not null,
  kept bigint not null,
  unpublished bigint not null
);`;

/** Makes the audit of resets exist, beside the outbox. Idempotent, safe at once from several processes. */
export async function installResets(pool: Queryable): Promise<void> {
  await pool.query(STATEMENTS);
}
