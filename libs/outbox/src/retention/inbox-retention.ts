import { INBOX_SCHEMA, INBOX_SLOTS, SLOT_MS, UNDATED } from '../postgres/inbox-schema.js';
import type { Queryable } from '../postgres/queryable.js';
import { removeInBatches } from './remove-in-batches.js';

const LOCK_TIMEOUT_MS = 100;
const LOCK_NOT_AVAILABLE = '55P03';

/** The longest time for which an inbox can remember: then a slot begins anew. */
export const MAX_INBOX_KEEP_MS = (INBOX_SLOTS - 2) * SLOT_MS;

const s = INBOX_SCHEMA;
const IN_DEAD_LETTERS = `exists (select from ${s}.dead_letter d
  where d.group_name = h.group_name and d.event_source = h.source and d.event_id = h.event_id)`;

/** Whether there is something in the slot, all of it older than $1 or the note of a dead letter. */
const isDue = (slot: string, older: string) => `
exists (select from ${s}.${slot} h where not ${IN_DEAD_LETTERS})
and not exists (select from ${s}.${slot} where handled_at > ${older})`;

/**
 * Forgets the notes of a slot at once. Its lock holds up only events of that time that come so late;
 * the note of a dead letter stays, or a repeat would have a second effect.
 */
const empty = (slot: string, older: string) => `do $$ begin
  perform set_config('lock_timeout', '${LOCK_TIMEOUT_MS}ms', true);
  lock table ${s}.${slot} in access exclusive mode;
  if ${isDue(slot, `'${older}'::timestamptz`)} then
    create temporary table kept on commit drop as select * from ${s}.${slot} h where ${IN_DEAD_LETTERS};
    truncate ${s}.${slot};
    insert into ${s}.${slot} select * from kept;
  end if;
end $$`;

/**
 * Lets an inbox forget what was handled longer ago than `keepMs`, with at most two days more: a repeat that
 * comes later still has a second effect. Whole slots go at once, by TRUNCATE; only notes of events whose ids
 * tell no time are deleted. Resolves with how many slots and single notes went.
 */
export async function forgetHandled(
  pool: Queryable,
  { keepMs, now, signal }: { keepMs: number; now: Date; signal: AbortSignal },
): Promise<number> {
  const older = new Date(now.getTime() - keepMs);
  let removed = 0;
  for (const slot of slotsBut(older)) {
    if (signal.aborted) return removed;
    const { rows } = await pool.query(`select ${isDue(slot, '$1')} as due`, [older]);
    if (!(rows[0] as { due: boolean }).due) continue;
    try {
      await pool.query(empty(slot, older.toISOString()));
      removed += 1;
    } catch (error) {
      if ((error as { code?: unknown }).code !== LOCK_NOT_AVAILABLE) throw error;
    }
  }
  const undated = `${s}.${UNDATED} h where handled_at <= $1 and not ${IN_DEAD_LETTERS}`;
  return removed + (await removeInBatches(pool, `${s}.${UNDATED}`, undated, [older], signal));
}

/** All but the one that events of this time belong to: those of later times have younger notes and are left out by them. */
function slotsBut(older: Date): string[] {
  const slots = Array.from({ length: INBOX_SLOTS }, (_, slot) => slot);
  const current = Math.floor(older.getTime() / SLOT_MS) % INBOX_SLOTS;
  return slots.filter((slot) => slot !== current).map((slot) => `handled_${slot}`);
}
