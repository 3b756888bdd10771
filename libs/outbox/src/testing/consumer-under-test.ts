import type { DeliveryHandler } from '@mesh/messaging';
import type { Handling } from '@mesh/messaging/middleware';
import type { Kysely, Transaction } from 'kysely';
import type { Parking } from '../dead-letters/parking.js';
import type { Outbox } from '../outbox.js';

/** Where a consumer may die: with an event, before its claim, … and before it is acked. */
export const STEPS = ['received', 'claimed', 'effected', 'committed'] as const;
export type Step = (typeof STEPS)[number];

/** What the effect of an event is made of. */
export interface Effect {
  /** Changes what the service knows. */
  change(tx: Transaction<unknown>, handling: Handling): Promise<void>;
  /** Appends the event that tells of it. */
  append(tx: Transaction<unknown>, handling: Handling): Promise<void>;
}

export interface ConsumerParts {
  readonly db: Kysely<unknown>;
  readonly outbox: Outbox;
  readonly parking: Parking;
  readonly group: string;
  readonly effect: Effect;
  /** Awaited at each step; where it is not fulfilled, the consumer stands. */
  at(step: Step): Promise<void>;
}

/** A way to handle deliveries once: those of this library give one to the suite, and so does each mutant. */
export interface ConsumerUnderTest {
  /** For titles and the matrix, and by which a process finds it. */
  readonly name: string;
  /** Handles the deliveries of a replica. */
  handler(parts: ConsumerParts): DeliveryHandler;
}
