import type { DeadLetterHandler } from '@mesh/messaging';
import { failureOf, type Failure } from '../dead-letters/failure.js';
import type { Arrival } from '../dead-letters/arrival.js';
import { arrivalOf, type ParkOptions } from './park.js';

/** What the broker says of a message that it gave up itself. */
class BrokerDeath extends Error {
  override readonly name = 'BrokerDeath';

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Takes dead letters out of the broker's channel into the consumer's database, with the reason that the
 * broker had: what expired, what a full queue gave up, what was delivered too often. Their keys go on:
 * the broker held back nothing.
 */
export function collect({
  parking,
  group,
  onParked,
}: Pick<ParkOptions, 'parking' | 'group' | 'onParked'>): DeadLetterHandler {
  return async (delivery, { reason, attempts, message }) => {
    const [code = '', ...rest] = message.split(': ');
    const error = new BrokerDeath(code, rest.join(': ') || message);
    const failure: Failure = failureOf(error, { reason, attempts, firstFailedAt: new Date() });
    const arrival: Arrival = arrivalOf(group, delivery);
    if (await parking.park(arrival, failure, 'skip')) onParked?.(arrival, failure, error);
  };
}
