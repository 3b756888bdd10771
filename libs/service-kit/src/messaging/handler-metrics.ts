import type { EventMiddleware } from '@mesh/messaging/middleware';
import { findEvent } from '@mesh/contracts';
import type { Arrival, ParkedKeys } from '@mesh/outbox';
import { metrics } from '@mesh/tracing';

const durations = metrics.histogram({
  name: 'mesh_event_handler_duration_seconds',
  help: 'Time to handle an event, by group, type and result (done, repeated, parked, dropped, failed)',
  labels: ['group', 'type', 'result'],
});
const batchSizes = metrics.histogram({
  name: 'mesh_event_batch_size',
  help: 'Events of one transaction, by group and result (done, failed); failed ones are handled alone afterwards',
  labels: ['group', 'result'],
  buckets: [2, 5, 10, 20, 50, 100, 200, 500, 1000],
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

/** Measures a batch: its size, and for each of its events the time that it took. */
export function measuredBatch(group: string, types: readonly string[]) {
  const ends = types.map((type) => durations.startTimer({ group, type }));
  return {
    done(results: readonly string[]): void {
      batchSizes.observe({ group, result: 'done' }, types.length);
      // What is handled alone is measured there.
      results.forEach((result, at) => result !== 'alone' && ends[at]?.({ result }));
    },
    failed(): void {
      batchSizes.observe({ group, result: 'failed' }, types.length);
    },
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
