import { INBOX_SCHEMA } from '../postgres/inbox-schema.js';
import type { Queryable } from '../postgres/queryable.js';

const TABLE = `${INBOX_SCHEMA}.key_number`;
/** Of 8 KiB each, in a transaction. */
const BLOCKS = 1000;
const SIZE = `select (pg_relation_size(to_regclass('${TABLE}')) / 8192)::int as blocks`;
const FORGET = `with gone as (
  delete from ${TABLE} n where ctid >= $1::text::tid and ctid < $2::text::tid and handled_at <= $3 and not exists (
    select from ${INBOX_SCHEMA}.parked_key p where p.group_name = n.group_name and p.stream = n.stream and p.key = n.key
  ) returning 1
) select count(*)::int as count from gone`;

/**
 * Lets an inbox with a row a key forget the keys of which nothing was handled for longer than `keepMs`,
 * except parked ones; how many. The next event of such a key is taken as its first. One pass over the
 * table, some megabytes at a time: an index on the time would slow down every event.
 */
export async function forgetIdleKeys(
  pool: Queryable,
  { keepMs, now, signal }: { keepMs: number; now: Date; signal: AbortSignal },
): Promise<number> {
  const { blocks } = (await pool.query(SIZE)).rows[0] as { blocks: number | null };
  const older = new Date(now.getTime() - keepMs);
  let removed = 0;
  for (let block = 0; block < (blocks ?? 0) && !signal.aborted; block += BLOCKS) {
    const range = [`(${block},0)`, `(${block + BLOCKS},0)`];
    const { rows } = await pool.query(FORGET, [...range, older]);
    removed += (rows[0] as { count: number }).count;
  }
  return removed;
}
