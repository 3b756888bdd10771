import type { EventMiddleware } from '@mesh/messaging/middleware';
import type { Kysely } from 'kysely';
import { arrivalFor, type InboxKind } from '../dead-letters/arrival.js';
import type { Parking } from '../dead-letters/parking.js';
import { inTransaction } from '../in-transaction.js';

/** The database and the group for which an event has its effect once. */
export interface InboxOptions {
  /** The service's database: inbox and effect commit in one transaction of it. */
  readonly db: Kysely<unknown>;
  /** Takes what comes behind a dead letter of its key. */
  readonly parking: Parking;
  /** The group as the inbox knows it. */
  readonly group: string;
  /** Woken after the commit. */
  readonly outbox: { wake(): void };
  /**
   * `by-key` keeps one row a key instead of one an event, and lets an event wait while one before it in its
   * key is missing. For groups that are given every event of a key. @default 'by-event'
   */
  readonly kind?: InboxKind;
}

/**
 * Handles an event in a transaction, once: the note in the inbox, the effect and the events that it
 * appends commit together; a repeat has no effect. An event whose key is parked is parked behind it.
 */
export function inbox({
  db,
  parking,
  group,
  outbox,
  kind = 'by-event',
}: InboxOptions): EventMiddleware {
  return (next) => (handling) =>
    inTransaction(db, outbox, (tx) =>
      parking.handleUnlessParked(tx, arrivalFor(kind, { group, ...handling }), () =>
        next({ ...handling, tx }),
      ),
    );
}

/** For handlers without a transaction: an event whose key is parked is parked behind it. */
export function unlessParked({
  parking,
  group,
}: Pick<InboxOptions, 'parking' | 'group'>): EventMiddleware {
  return (next) => async (handling) =>
    (await parking.parkBehind({ group, ...handling })) ? 'parked' : next(handling);
}
