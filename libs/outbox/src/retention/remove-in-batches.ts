import type { Queryable } from '../postgres/queryable.js';

const BATCH = 5000;

/** Deletes what matches, so many rows in a transaction, until none is left or the signal aborts. */
export async function removeInBatches(
  pool: Queryable,
  table: string,
  matching: string,
  values: readonly unknown[],
  signal: AbortSignal,
): Promise<number> {
  const text = `with gone as (
  delete from ${table} where ctid = any(array(select ctid from ${matching} limit ${BATCH})) returning 1
) select count(*)::int as count from gone`;
  for (let removed = 0; ;) {
    const { rows } = await pool.query(text, [...values]);
    const { count } = rows[0] as { count: number };
    removed += count;
    if (count < BATCH || signal.aborted) return removed;
  }
}
