import type { Handling } from '@mesh/messaging/middleware';
import type { Transaction } from 'kysely';
import { arrivalFor } from '../dead-letters/arrival.js';
import { inTransaction } from '../in-transaction.js';
import type { InboxOptions } from './inbox.js';

/**
 * What became of an event of a batch. `done`: its effect is made. `repeated`: it had been made before.
 * `alone`: nothing yet; its key is parked, which is for the middleware of a single event to see to.
 */
export type BatchResult = 'done' | 'repeated' | 'alone';

/** Makes the effects of events that were not handled before, those of a key in their order. */
export type BatchEffect = (
  handlings: readonly Handling[],
  tx: Transaction<unknown>,
) => Promise<unknown>;

/**
 * Handles events of one group and stream in one transaction, each once: their notes in the inbox,
 * their effects and what those append commit together, or nothing of it does, and it rejects.
 */
export function inboxBatch({ db, parking, group, outbox, kind = 'by-event' }: InboxOptions) {
  return async (
    handlings: readonly Handling[],
    effect: BatchEffect,
  ): Promise<readonly BatchResult[]> =>
    inTransaction(db, outbox, async (tx) => {
      const claims = await parking.claimBatch(
        tx,
        handlings.map((handling) => arrivalFor(kind, { group, ...handling })),
      );
      const fresh = handlings.filter((_, at) => claims[at] === 'new');
      if (fresh.length > 0) await effect(fresh, tx);
      return claims.map((claim) => resultOf[claim]);
    });
}

const resultOf = { new: 'done', repeated: 'repeated', parked: 'alone' } as const;
