import { type OpenTransaction, executorOf } from './open-transaction.js';
import { INBOX_SCHEMA } from './postgres/inbox-schema.js';

/** An event as a group knows it: `source` and `id` are unique together. */
export interface HandledEvent {
  readonly group: string;
  /** CloudEvents `source`. */
  readonly source: string;
  /** CloudEvents `id`. */
  readonly id: string;
}

const RECORD = `insert into ${INBOX_SCHEMA}.handled (group_name, source, event_id) values ($1, $2, $3) on conflict do nothing returning true as recorded`;

/**
 * Runs the effect unless this group has handled the event before; true when it ran.
 *
 * The note that it was handled commits with the effect, so a group has one effect an event, however
 * often and to however many consumers at once it is delivered: a second one waits for the first
 * one's transaction. When the effect rejects, let the rejection end the transaction: a transaction
 * that commits nevertheless keeps the note, and the event counts as handled.
 * @throws OutboxError OUTSIDE_TRANSACTION
 */
export async function handleOnce(
  tx: OpenTransaction,
  { group, source, id }: HandledEvent,
  effect: () => Promise<unknown>,
): Promise<boolean> {
  const { rows } = await executorOf(tx, 'handleOnce').query(RECORD, [group, source, id]);
  if (rows.length === 0) return false;
  await effect();
  return true;
}
