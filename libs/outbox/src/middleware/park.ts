import { deadLetterReasonOf, type Delivery, type Middleware } from '@mesh/messaging';
import { failureHistoryOf } from '@mesh/messaging/middleware';
import type { Arrival } from '../dead-letters/arrival.js';
import { failureOf, type Failure } from '../dead-letters/failure.js';
import type { FailurePolicy, Parking } from '../dead-letters/parking.js';

export interface ParkOptions {
  readonly parking: Parking;
  /** The group as the inbox knows it. */
  readonly group: string;
  /** By the type of the event; `undefined` leaves it to the transport's dead letter channel. */
  readonly policyOf: (type: string) => FailurePolicy | undefined;
  readonly onParked?: (arrival: Arrival, failure: Failure, error: Error) => void;
}

/**
 * Parks a delivery that can never be handled in the consumer's database, and acks it. What has no
 * readable CloudEvent has no id to be parked by, and goes to the transport's dead letter channel.
 */
export function park({ parking, group, policyOf, onParked }: ParkOptions): Middleware {
  return (next) => async (delivery) => {
    try {
      await next(delivery);
    } catch (thrown) {
      const reason = deadLetterReasonOf(thrown);
      const event = reason === null ? undefined : readable(delivery);
      const policy = event && policyOf(event.type);
      if (reason === null || event === undefined || policy === undefined) throw thrown;
      const error = thrown as Error;
      const history = failureHistoryOf(delivery);
      const failure = failureOf(error, {
        reason,
        attempts: Math.max(delivery.attempt, history?.attempts ?? 1),
        firstFailedAt: new Date(history?.firstFailedAt ?? Date.now()),
      });
      const arrival = { group, delivery, event };
      if (await parking.park(arrival, failure, policy)) onParked?.(arrival, failure, error);
    }
  };
}

function readable(delivery: Delivery) {
  try {
    return delivery.event();
  } catch {
    // The error of the decoding is the one that the transport is told.
    return undefined;
  }
}
