import type { Delivery, DeliveryHandler } from '@mesh/messaging';
import { handleOnce, inTransaction } from '@mesh/outbox';
import { metrics, withTrace, type Logger } from '@mesh/tracing';
import type { Kysely } from 'kysely';
import { runInCall } from '../context/call-context.js';
import { decodeData, definitionOf } from './decode.js';
import { receivedEvent, type ReceivedEvent } from './received-event.js';
import type { PlannedHandler, PlannedSubscription } from './subscription-plan.js';

export interface RouterOptions {
  readonly log: Logger;
  /** Where effects are made that have an inbox. */
  readonly db: Kysely<unknown> | undefined;
  /** Woken after the commit of an effect. */
  readonly outbox: { wake(): void } | undefined;
}

const durations = metrics.histogram({
  name: 'mesh_event_handler_duration_seconds',
  help: 'Time to handle an event, by group, type and result (done, repeated, dropped, failed)',
  labels: ['group', 'type', 'result'],
});
const skipped = metrics.counter({
  name: 'mesh_events_skipped_total',
  help: 'Events of a subscribed stream that the catalog knows and the group has no handler for',
  labels: ['group', 'type'],
});

type Result = 'done' | 'repeated' | 'dropped';

/**
 * Hands the deliveries of one subscription to the handlers of its events, each with its guarantee.
 * An event that the catalog knows and nobody handles is passed over; one that it does not know is
 * rejected as undecodable.
 */
export function routeEvents(
  { group, handlers }: Pick<PlannedSubscription, 'group' | 'handlers'>,
  options: RouterOptions,
): DeliveryHandler {
  return async (delivery) => {
    const event = delivery.event();
    const definition = definitionOf(event);
    const handler = handlers.get(event.type);
    if (handler === undefined) return skipped.inc({ group, type: event.type });
    const received = receivedEvent(event, decodeData(event, definition), delivery);
    const end = durations.startTimer({ group, type: event.type });
    const apply = () =>
      guarantees[handler.delivery]({ group, handler, received, delivery }, options);
    try {
      const result = await withTrace(received.traceparent, () =>
        runInCall({ signal: delivery.signal }, apply),
      );
      end({ result });
    } catch (error) {
      end({ result: 'failed' });
      throw error;
    }
  };
}

interface Handling {
  readonly group: string;
  readonly handler: PlannedHandler;
  readonly received: ReceivedEvent<unknown>;
  readonly delivery: Delivery;
}

const guarantees = {
  'effectively-once': handleEffectivelyOnce,
  'at-least-once': handleAtLeastOnce,
  'at-most-once': handleAtMostOnce,
};

async function handleEffectivelyOnce(
  { group, handler, received }: Handling,
  { db, outbox }: RouterOptions,
): Promise<Result> {
  const { source, id } = received;
  const first = await inTransaction(db!, outbox ?? { wake: () => {} }, (tx) =>
    handleOnce(tx, { group, source, id }, () => handler.handle(received, tx)),
  );
  return first ? 'done' : 'repeated';
}

async function handleAtLeastOnce({ handler, received }: Handling): Promise<Result> {
  await handler.handle(received);
  return 'done';
}

async function handleAtMostOnce(
  { group, handler, received, delivery }: Handling,
  { log }: RouterOptions,
): Promise<Result> {
  if (delivery.attempt > 1) return 'dropped';
  try {
    await handler.handle(received);
    return 'done';
  } catch (error) {
    const { id, type } = received;
    log.warn({ err: error, eventId: id, eventType: type, group }, 'An event was dropped');
    return 'dropped';
  }
}
