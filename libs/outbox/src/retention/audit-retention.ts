import { OUTBOX_SCHEMA } from '../outbox.js';
import { INBOX_SCHEMA } from '../postgres/inbox-schema.js';
import type { Queryable } from '../postgres/queryable.js';
import { removeInBatches } from './remove-in-batches.js';

/** What people did, one row an action: few, so that they are deleted. */
const TABLES = [
  `${INBOX_SCHEMA}.dead_letter_action`,
  `${INBOX_SCHEMA}.replay`,
  `${OUTBOX_SCHEMA}.reset`,
];

/** Removes records of what operators did longer ago than `keepMs`; how many. */
export async function forgetAudit(
  pool: Queryable,
  { keepMs, now, signal }: { keepMs: number; now: Date; signal: AbortSignal },
): Promise<number> {
  const older = new Date(now.getTime() - keepMs);
  let removed = 0;
  for (const table of TABLES) {
    const { rows } = await pool.query(`select to_regclass($1) is not null as there`, [table]);
    if (!(rows[0] as { there: boolean }).there) continue;
    removed += await removeInBatches(pool, table, `${table} where at <= $1`, [older], signal);
  }
  return removed;
}
