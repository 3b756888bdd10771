import { deadLetterReasonOf, type Delivery, type Middleware } from '@mesh/messaging';
import { failureHistoryOf } from '@mesh/messaging/middleware';
import { arrivalFor, type Arrival, type InboxKind } from '../dead-letters/arrival.js';
import { failureOf, type Failure } from '../dead-letters/failure.js';
import type { FailurePolicy, Parking } from '../dead-letters/parking.js';
import { unreadArrival } from '../dead-letters/unread.js';

/** Where a group parks what it can not handle, and what becomes of later events of the key. */
export interface ParkOptions {
  /** Writes it, in a transaction of its own. */
  readonly parking: Parking;
  /** The group as the inbox knows it. */
  readonly group: string;
  /** As `inbox` has it. @default 'by-event' */
  readonly kind?: InboxKind;
  /** By the type of the event. A message that could not be read holds no key. */
  readonly policyOf: (type: string) => FailurePolicy;
  /** Told of each that was parked, after the commit. Must not throw. @default nobody */
  readonly onParked?: (arrival: Arrival, failure: Failure, error: Error) => void;
}

/**
 * Parks a delivery that can never be handled in the consumer's database, and acks it: also what is no
 * event at all, with its bytes and headers, so that it is read again at a redrive.
 */
export function park({ parking, group, kind, policyOf, onParked }: ParkOptions): Middleware {
  return (next) => async (delivery) => {
    try {
      await next(delivery);
    } catch (thrown) {
      const reason = deadLetterReasonOf(thrown);
      if (reason === null) throw thrown;
      const error = thrown as Error;
      const history = failureHistoryOf(delivery);
      const failure = failureOf(error, {
        reason,
        attempts: Math.max(delivery.attempt, history?.attempts ?? 1),
        firstFailedAt: new Date(history?.firstFailedAt ?? Date.now()),
      });
      const arrival = arrivalOf(group, delivery, kind);
      const policy = arrival.unread ? 'skip' : policyOf(arrival.event.type);
      if (await parking.park(arrival, failure, policy)) onParked?.(arrival, failure, error);
    }
  };
}

/** An event, or a message that could not be read. */
export function arrivalOf(
  group: string,
  delivery: Delivery,
  kind: InboxKind = 'by-event',
): Arrival {
  try {
    return arrivalFor(kind, { group, delivery, event: delivery.event() });
  } catch {
    // The error of the decoding is the one that was thrown.
    return unreadArrival(group, delivery);
  }
}
