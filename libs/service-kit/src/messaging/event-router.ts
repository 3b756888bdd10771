import { RejectedError, type Delivery, type DeliveryHandler } from '@mesh/messaging';
import { decode, type HandleEvent } from '@mesh/messaging/middleware';
import { arrivalFor, park, passOver, type FailurePolicy, type Parking } from '@mesh/outbox';
import type { Transaction } from 'kysely';
import { batchesOf } from './batch-chain.js';
import { chainOf, redriveChainOf, type ChainOptions } from './handler-chain.js';
import { skipped } from './handler-metrics.js';
import { parkedTeller } from './parked-teller.js';
import type { PlannedSubscription } from './subscription-plan.js';

type Routed = Pick<PlannedSubscription, 'group' | 'handlers'> &
  Partial<Pick<PlannedSubscription, 'inbox'>>;

/**
 * Hands the deliveries of one subscription to the handlers of its events, each with its guarantee.
 * An event that the catalog knows and nobody handles is passed over. What is given up, and what can
 * not be decoded, is parked in the database; without one it goes to the transport's dead letters.
 */
export function routeEvents(
  { group, handlers, inbox = 'by-event' }: Routed,
  options: Omit<ChainOptions, 'group' | 'inbox'>,
): DeliveryHandler {
  const { parking, log } = options;
  const chains = new Map<string, HandleEvent>();
  for (const [type, handler] of handlers)
    chains.set(type, chainOf(handler, { ...options, group, inbox }));
  const passed =
    inbox === 'by-key' && parking !== undefined ? passOver({ parking, group }) : undefined;
  const handle = decode(
    (type) => chains.get(type),
    async (type, delivery) => {
      await passed?.(delivery);
      skipped(group, type);
      log.debug({ group, eventType: type }, 'No handler: an event was passed over');
    },
  );
  if (parking === undefined) return handle;
  const onParked = parkedTeller(log);
  const alone = park({
    ...{ parking, group, kind: inbox, onParked },
    policyOf: (type) => policyOf(type, handlers),
  })(handle);
  const batches = batchesOf(handlers, { ...options, group, inbox });
  return batches === undefined ? alone : Object.assign(alone, { batches });
}

/**
 * Runs the handler of a dead letter once more. The event of a message that was `unread` goes through
 * the inbox as if it arrived now: it may have been handled meanwhile, or its key be parked.
 * @throws RejectedError when nobody handles its event
 */
export function redriveEvents({ group, handlers, inbox = 'by-event' }: Routed, parking: Parking) {
  const chains = new Map<string, HandleEvent>();
  for (const [type, handler] of handlers) chains.set(type, redriveChainOf(handler, group));
  return (delivery: Delivery, tx: Transaction<unknown>, unread: boolean): Promise<void> =>
    decode(
      (type) => {
        const chain = chains.get(type);
        if (chain === undefined) return undefined;
        return (handling) => {
          const effect = () => chain({ ...handling, tx });
          return unread
            ? parking.handleUnlessParked(tx, arrivalFor(inbox, { group, ...handling }), effect)
            : effect();
        };
      },
      (type) => {
        // Parked for its number alone, which counts as taken now.
        if (inbox === 'by-key') return;
        throw new RejectedError('rejected', `The group "${group}" has no handler for ${type}`);
      },
    )(delivery);
}

/** Of a type that nobody handles here nothing is built, so its key goes on. */
function policyOf(type: string, handlers: Routed['handlers']): FailurePolicy {
  const handler = handlers.get(type);
  return handler === undefined || handler.delivery === 'at-most-once' ? 'skip' : handler.onFailure;
}
