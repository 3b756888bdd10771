import { CompiledQuery, type QueryResult } from 'kysely';
import { OutboxError } from './errors.js';

/**
 * A Kysely transaction that is open, of any database type: the part of `Transaction<DB>` that is
 * needed here. A plain `Kysely<DB>` does not fit, so that the compiler refuses it.
 */
export interface OpenTransaction {
  readonly isTransaction: true;
  /** Runs a statement in the transaction, on its connection. */
  executeQuery<Row>(query: CompiledQuery<Row>): Promise<QueryResult<Row>>;
}

/** Runs statements in one transaction. */
export interface TransactionExecutor {
  query(text: string, values: unknown[]): Promise<QueryResult<unknown>>;
}

/**
 * The transaction as the log and the inbox need it.
 * @throws OutboxError OUTSIDE_TRANSACTION when it is none, or has ended
 */
export function executorOf(tx: OpenTransaction, caller: string): TransactionExecutor {
  // The type says so too; JavaScript and casts do not know.
  if ((tx as { isTransaction?: boolean } | undefined)?.isTransaction !== true) {
    throw outside(caller, 'it was given a database handle');
  }
  return {
    async query(text, values) {
      try {
        return await tx.executeQuery(CompiledQuery.raw(text, values));
      } catch (error) {
        if (error instanceof Error && error.message.startsWith('Transaction is already ')) {
          throw outside(caller, 'this one has ended', error);
        }
        throw error;
      }
    },
  };
}

function outside(caller: string, why: string, cause?: Error): OutboxError {
  return new OutboxError(
    'OUTSIDE_TRANSACTION',
    `${caller} needs the open Kysely transaction that makes the change; ${why}`,
    { cause },
  );
}
