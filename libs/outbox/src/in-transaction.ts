import type { Kysely, Transaction } from 'kysely';
import type { Outbox } from './outbox.js';

/**
 * Runs `work` in a transaction, commits, and wakes the relay. When `work` rejects, nothing of it
 * stays: neither its changes nor the events it appended.
 */
export async function inTransaction<DB, Result>(
  db: Kysely<DB>,
  outbox: Pick<Outbox, 'wake'>,
  work: (tx: Transaction<DB>) => Promise<Result>,
): Promise<Result> {
  const result = await db.transaction().execute(work);
  outbox.wake();
  return result;
}
