import { summarized } from '@mesh/messaging';
import type { Arrival, Failure, ParkOptions } from '@mesh/outbox';
import type { Logger } from '@mesh/tracing';
import { parked } from './handler-metrics.js';

interface Parked {
  readonly arrival: Arrival;
  readonly failure: Failure;
  readonly error: Error;
}

/**
 * Counts what was parked and says it, in one line with a count where there are many of a cause. Messages that can't
 * be decoded have one cause for each stream: what is in them is not ours.
 */
export function parkedTeller(log: Logger): NonNullable<ParkOptions['onParked']> {
  const say = summarized<Parked>({
    kindOf: ({ arrival: { group, delivery, event }, failure }) =>
      failure.reason === 'undecodable'
        ? `${group} ${delivery.source}`
        : `${group} ${event.type} ${failure.fingerprint}`,
    say({ arrival: { group, delivery, event, unread }, failure, error }, count) {
      const { reason, fingerprint, attempts } = failure;
      const { source, position, key } = delivery;
      const fields = {
        ...{ err: error, group, source, position, key, reason, fingerprint, attempts, count },
        ...(unread === undefined && { eventId: event.id, eventType: event.type }),
      };
      if (reason === 'undecodable')
        log.warn(fields, 'Messages that can not be decoded were parked');
      else log.error(fields, 'Events were parked');
    },
  });
  return (arrival, failure, error) => {
    parked(arrival, failure.reason);
    say({ arrival, failure, error });
  };
}
