import type { EventMiddleware } from '@mesh/messaging/middleware';
import { findEvent } from '@mesh/contracts';
import type { Arrival, ParkedKeys } from '@mesh/outbox';
import { metrics } from '@mesh/tracing';

const durations = metrics.histogram({
  name: 'mesh_event_handler_duration_seconds',
  help: 'Time to handle an event, by group, type and result (done, repeated, parked, dropped, failed)',
  labels: ['group', 'type', 'result'],
});
const skippedEvents = metrics.counter({
  name: 'mesh_events_skipped_total',
  help: 'Events of a subscribed stream that the catalog knows and the group has no handler for',
  labels: ['group', 'type'],
});
const parkedEvents = metrics.counter({
  name: 'mesh_events_parked_total',
  help: 'Messages that became dead letters in the database, by group, type (unknown for what the catalog does not know) and reason',
  labels: ['group', 'type', 'reason'],
});
const openCircuits = metrics.gauge({
  name: 'mesh_handler_circuit_open',
  help: '1 while the circuit breaker of a handler is open and its subscription pauses',
  labels: ['handler'],
});

export function skipped(group: string, type: string): void {
  skippedEvents.inc({ group, type });
}

export function parked({ group, event, unread }: Arrival, reason: string): void {
  // Whatever a stranger writes into a message must not become a label.
  const known = unread === undefined && findEvent(event.type) !== undefined;
  parkedEvents.inc({ group, type: known ? event.type : 'unknown', reason });
}

export function breakerChanged(handler: string, state: 'open' | 'closed'): void {
  openCircuits.set({ handler }, state === 'open' ? 1 : 0);
}

/** Measures a handler, with what goes on between its subscription and it. */
export function measured(group: string): EventMiddleware {
  return (next) => async (handling) => {
    const end = durations.startTimer({ group, type: handling.event.type });
    try {
      const result = await next(handling);
      end({ result });
      return result;
    } catch (error) {
      end({ result: 'failed' });
      throw error;
    }
  };
}

const watched = new Set<ParkedKeys>();

/** Shows the parked keys at each scrape, until the result is called. */
export function watchParkedKeys(keys: ParkedKeys): () => void {
  watched.add(keys);
  metrics.gauge({
    name: 'mesh_parked_keys',
    help: 'Keys of which an event is a dead letter and later events wait behind it, by group',
    labels: ['group'],
    collect(gauge) {
      gauge.reset();
      for (const one of watched)
        for (const [group, count] of one.count()) gauge.set({ group }, count);
    },
  });
  return () => void watched.delete(keys);
}
