import { inSpan, isRecording } from '@mesh/tracing';
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
  const result = await (isRecording() ? traced(db, work) : db.transaction().execute(work));
  outbox.wake();
  return result;
}

/** The transaction as a span, and in it the time that the commit took. */
function traced<DB, Result>(
  db: Kysely<DB>,
  work: (tx: Transaction<DB>) => Promise<Result>,
): Promise<Result> {
  const attributes = { 'db.system.name': 'postgresql' };
  return inSpan(
    'transaction',
    () => ({ attributes }),
    async () => {
      const worked = Promise.withResolvers<void>();
      const committed = db.transaction().execute(async (tx) => {
        const result = await work(tx);
        worked.resolve();
        return result;
      });
      // A failing transaction is rolled back: there is no commit to show.
      await Promise.race([worked.promise, committed]);
      const commit = { ...attributes, 'db.operation.name': 'COMMIT' };
      return inSpan(
        'COMMIT',
        () => ({ kind: 'client', attributes: commit }),
        () => committed,
      );
    },
  );
}
