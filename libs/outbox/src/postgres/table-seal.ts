import { REFUSED } from '@mesh/pg-log';
import { OUTBOX_SCHEMA } from '../outbox-log.js';
import type { Queryable } from './queryable.js';

// Making a trigger waits for transactions that have inserted, and lets none begin meanwhile.
const SEAL = `
create or replace function ${OUTBOX_SCHEMA}.refuse_entry() returns trigger language plpgsql as $$
begin
  raise exception using errcode = '${REFUSED.closed}',
    message = 'The outbox in the table is closed: the service relays by logical replication now';
end $$;
create or replace trigger sealed before insert on ${OUTBOX_SCHEMA}.entry
for each statement execute function ${OUTBOX_SCHEMA}.refuse_entry();`;
const SEALED = `select from pg_trigger where tgname = 'sealed' and tgrelid = '${OUTBOX_SCHEMA}.entry'::regclass`;
const LOCK = `select pg_advisory_xact_lock(hashtextextended('seal ${OUTBOX_SCHEMA}', 0));`;

/** Whether the outbox was ever in a table. */
export async function isTableThere(pool: Queryable): Promise<boolean> {
  const { rows } = await pool.query(
    `select to_regclass('${OUTBOX_SCHEMA}.entry') is not null as there`,
  );
  return (rows[0] as { there: boolean }).there;
}

/** Has the database refuse appends to the table. When it fulfils, every transaction that has appended is over. */
export async function sealTable(pool: Queryable): Promise<void> {
  const { rows } = await pool.query(SEALED);
  if (rows.length === 0) await pool.query(`${LOCK}${SEAL}`);
}

/** Takes appends to the table again. */
export async function unsealTable(pool: Queryable): Promise<void> {
  const { rows } = await pool.query(SEALED);
  if (rows.length === 0) return;
  await pool.query(`${LOCK}drop trigger if exists sealed on ${OUTBOX_SCHEMA}.entry`);
}
