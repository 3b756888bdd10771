import type { EventMiddleware } from '@mesh/messaging/middleware';
import { findEvent } from '@mesh/contracts';
import type { Arrival, ParkedKeys } from '@mesh/outbox';
import { metrics, secondsSince, type Series } from '@mesh/tracing';

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
const duplicates = metrics.counter({
  name: 'mesh_inbox_duplicates_total',
  help: 'Events that came again after their effect was made, and had no second one',
  labels: ['group'],
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

/** Of the circuit breaker around a handler. */
export interface BreakerState {
  readonly handler: string;
  readonly state: 'open' | 'closed';
}

/** How the circuits of these handlers are, as the metric has it. */
export async function breakerStates(handlers: readonly string[]): Promise<readonly BreakerState[]> {
  const { values } = await openCircuits.get();
  const open = new Set(values.flatMap(({ labels, value }) => (value === 1 ? labels.handler : [])));
  return handlers.map((handler) => ({ handler, state: open.has(handler) ? 'open' : 'closed' }));
}

/** Measures a handler, with what goes on between its subscription and it. */
export function measured(group: string): EventMiddleware {
  const ended = seriesOf(group);
  return (next) => async (handling) => {
    const { type } = handling.event;
    const start = performance.now();
    try {
      const result = await next(handling);
      ended(type, result).observe(secondsSince(start));
      if (result === 'repeated') duplicates.inc({ group });
      return result;
    } catch (error) {
      ended(type, 'failed').observe(secondsSince(start));
      throw error;
    }
  };
}

/** Measures the batches of a group: of each its size, and for each of its events the time that it took. */
export function measuredBatches(group: string) {
  const ended = seriesOf(group);
  const sizes = {
    done: batchSizes.with({ group, result: 'done' }),
    failed: batchSizes.with({ group, result: 'failed' }),
  };
  return (types: readonly string[]) => {
    const start = performance.now();
    return {
      done(results: readonly string[]): void {
        sizes.done.observe(types.length);
        const seconds = secondsSince(start);
        results.forEach((result, at) => {
          // What is handled alone is measured there.
          if (result !== 'alone') ended(types[at] ?? 'other', result).observe(seconds);
          if (result === 'repeated') duplicates.inc({ group });
        });
      },
      failed(): void {
        sizes.failed.observe(types.length);
      },
    };
  };
}

/** The series of a group, each looked up once. */
function seriesOf(group: string): (type: string, result: string) => Series {
  const known = new Map<string, Map<string, Series>>();
  return (type, result) => {
    let results = known.get(type);
    if (results === undefined) known.set(type, (results = new Map()));
    let series = results.get(result);
    if (series === undefined)
      results.set(result, (series = durations.with({ group, type, result })));
    return series;
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
      for (const one of watched)
        for (const [group, count] of one.count()) gauge.set({ group }, count);
    },
  });
  return () => void watched.delete(keys);
}
