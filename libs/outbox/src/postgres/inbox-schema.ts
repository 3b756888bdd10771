import type { Queryable } from './queryable.js';

export const INBOX_SCHEMA = 'mesh_inbox';

const STATEMENTS = `
select pg_advisory_xact_lock(hashtextextended('install ${INBOX_SCHEMA}', 0));
create schema if not exists ${INBOX_SCHEMA};
create table if not exists ${INBOX_SCHEMA}.handled (
  group_name text not null,
  source text not null,
  event_id text not null,
  handled_at timestamptz not null default clock_timestamp(),
  primary key (group_name, source, event_id)
);`;

/** Makes the inbox exist. Idempotent, safe at once from several processes. */
export async function installInbox(pool: Queryable): Promise<void> {
  await pool.query(STATEMENTS);
}
