import { INBOX_SCHEMA } from './inbox-schema.js';
import type { Queryable } from './queryable.js';

// A row is changed in place by each event of its key, and has room for that in its page.
const STATEMENTS = `
select pg_advisory_xact_lock(hashtextextended('install ${INBOX_SCHEMA} key numbers', 0));
create schema if not exists ${INBOX_SCHEMA};
create table if not exists ${INBOX_SCHEMA}.key_number (
  group_name text not null,
  stream text not null,
  source text not null,
  key text not null,
  first bigint not null,
  number bigint not null,
  handled_at timestamptz not null default clock_timestamp(),
  primary key (group_name, stream, source, key)
) with (fillfactor = 70);`;

/**
 * Makes the inbox exist that keeps one row a key: the number of the last event that its group took, and
 * of the first. Idempotent, safe at once from several processes.
 */
export async function installKeyNumbers(pool: Queryable): Promise<void> {
  await pool.query(STATEMENTS);
}
