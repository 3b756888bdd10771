import { INBOX_SCHEMA } from './inbox-schema.js';
import type { Queryable } from './queryable.js';

const STATEMENTS = `
select pg_advisory_xact_lock(hashtextextended('install ${INBOX_SCHEMA} replays', 0));
create schema if not exists ${INBOX_SCHEMA};
create table if not exists ${INBOX_SCHEMA}.replay (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  actor text not null,
  group_name text not null,
  stream text not null,
  origin text not null,
  again boolean not null,
  ranges json not null,
  forgotten bigint not null default 0,
  result text not null check (result in ('running', 'done', 'failed')),
  detail text
);`;

/** Makes the audit of replays exist, beside the inbox. Idempotent, safe at once from several processes. */
export async function installReplays(pool: Queryable): Promise<void> {
  await pool.query(STATEMENTS);
}
