import { RejectedError, summarized, type Delivery, type DeliveryHandler } from '@mesh/messaging';
import { decode, type HandleEvent } from '@mesh/messaging/middleware';
import { park, type Arrival, type Failure, type FailurePolicy } from '@mesh/outbox';
import type { Logger } from '@mesh/tracing';
import type { Transaction } from 'kysely';
import { chainOf, redriveChainOf, type ChainOptions } from './handler-chain.js';
import { parked, skipped } from './handler-metrics.js';
import type { PlannedSubscription } from './subscription-plan.js';

type Routed = Pick<PlannedSubscription, 'group' | 'handlers'>;

/**
 * Hands the deliveries of one subscription to the handlers of its events, each with its guarantee.
 * An event that the catalog knows and nobody handles is passed over. What is given up is parked in the
 * database; without one, or when it is no event that is handled here, it goes to the transport's dead
 * letters.
 */
export function routeEvents(
  { group, handlers }: Routed,
  options: Omit<ChainOptions, 'group'>,
): DeliveryHandler {
  const chains = new Map<string, HandleEvent>();
  for (const [type, handler] of handlers) chains.set(type, chainOf(handler, { ...options, group }));
  const handle = decode(
    (type) => chains.get(type),
    (type) => skipped(group, type),
  );
  const { parking, log } = options;
  const keeps = [...handlers.values()].some(({ delivery }) => delivery !== 'at-most-once');
  if (parking === undefined || !keeps) return handle;
  const tell = parkedTeller(log);
  return park({
    parking,
    group,
    policyOf: (type) => policyOf(type, handlers),
    onParked(arrival, failure, error) {
      parked(group, arrival.event.type, failure.reason);
      tell({ arrival, failure, error });
    },
  })(handle);
}

interface Parked {
  readonly arrival: Arrival;
  readonly failure: Failure;
  readonly error: Error;
}

/** Says what was parked, with a count where there are many of a cause. */
function parkedTeller(log: Logger): (parked: Parked) => void {
  return summarized<Parked>({
    kindOf: ({ arrival, failure }) => `${arrival.event.type} ${failure.fingerprint}`,
    say({ arrival: { group, delivery, event }, failure, error }, count) {
      const { reason, fingerprint, attempts } = failure;
      log.error(
        {
          ...{ err: error, group, reason, fingerprint, attempts, count },
          ...{ eventId: event.id, eventType: event.type, key: delivery.key },
        },
        'Events were parked',
      );
    },
  });
}

/** Runs the handler of a dead letter once more. @throws RejectedError when nobody handles its event */
export function redriveEvents({ group, handlers }: Routed) {
  const chains = new Map<string, HandleEvent>();
  for (const [type, handler] of handlers) chains.set(type, redriveChainOf(handler, group));
  return (delivery: Delivery, tx: Transaction<unknown>): Promise<void> =>
    decode(
      (type) => {
        const chain = chains.get(type);
        return chain && ((handling) => chain({ ...handling, tx }));
      },
      (type) => {
        throw new RejectedError('rejected', `The group "${group}" has no handler for ${type}`);
      },
    )(delivery);
}

/** Undefined for an event without a handler: nothing here builds on it, so its key goes on. */
function policyOf(type: string, handlers: Routed['handlers']): FailurePolicy | undefined {
  const handler = handlers.get(type);
  return handler?.delivery === 'at-most-once' ? undefined : handler?.onFailure;
}
