import type { Delivery, DeliveryBatches } from '@mesh/messaging';
import {
  handlingOf,
  inBatchSpan,
  inEachSpan,
  type HandleEvent,
  type Handling,
} from '@mesh/messaging/middleware';
import { inboxBatch } from '@mesh/outbox';
import { currentTraceparent, isRecording } from '@mesh/tracing';
import { inBatchChainOf, wholeChainOf, type ChainOptions } from './handler-chain.js';
import { measuredBatches } from './handler-metrics.js';
import type { PlannedHandler } from './subscription-plan.js';

/** Batches under way at once: while one waits for its commit, the process works on the other. */
const AT_ONCE = 2;

/**
 * How the handlers that share their transactions handle several deliveries; undefined when none does.
 * What fails, can't be read or is parked is left to be handled alone, with everything that is around a
 * single event.
 */
export function batchesOf(
  handlers: ReadonlyMap<string, PlannedHandler>,
  { group, inbox: kind, log, db, parking, outbox = { wake: () => {} } }: ChainOptions,
): DeliveryBatches | undefined {
  const batching = new Map([...handlers].filter(([, { batch }]) => batch !== undefined));
  if (batching.size === 0 || db === undefined || parking === undefined) return undefined;
  const bounds = [...batching.values()].flatMap(({ batch }) => batch ?? []);
  const inBatch = inboxBatch({ db, parking, group, outbox, ...(kind && { kind }) });
  const effect = effectsOf(batching);
  const measured = measuredBatches(group);
  return {
    maxCount: Math.min(...bounds.map(({ count }) => count)),
    maxBytes: Math.min(...bounds.map(({ bytes }) => bytes)),
    atOnce: AT_ONCE,
    takes(delivery) {
      const event = eventOf(delivery);
      if (event === undefined || !batching.has(event.type)) return false;
      return !parking.isParked({ group, delivery, event });
    },
    async handle(deliveries) {
      const handlings = readable(deliveries);
      const measure = measured(handlings.map(({ event }) => event.type));
      try {
        const results = await inBatchSpan(handlings, () => inBatch(handlings, effect));
        measure.done(results);
        const done = new Set(
          handlings.flatMap(({ delivery }, at) => (results[at] === 'alone' ? [] : delivery)),
        );
        return deliveries.map((delivery) => done.has(delivery));
      } catch (error) {
        measure.failed();
        const events = handlings.length;
        log.debug(
          { err: error, group, events },
          'A batch failed; its events are handled one by one',
        );
        throw error;
      }
    },
  };
}

function eventOf(delivery: Delivery) {
  try {
    return delivery.event();
  } catch {
    // Told where it is handled alone.
    return undefined;
  }
}

/** Decoded; without those that can't be, and without what is behind them in their key. */
function readable(deliveries: readonly Delivery[]): Handling[] {
  const unreadable = new Set<string | null>();
  return deliveries.flatMap((delivery) => {
    if (delivery.key !== null && unreadable.has(delivery.key)) return [];
    try {
      return [handlingOf(delivery)];
    } catch {
      unreadable.add(delivery.key);
      return [];
    }
  });
}

function effectsOf(handlers: ReadonlyMap<string, PlannedHandler>) {
  const chains = new Map<string, HandleEvent>();
  for (const [type, handler] of handlers) chains.set(type, inBatchChainOf(handler));
  return async (handlings: readonly Handling[], tx: unknown): Promise<void> => {
    for (const run of runsOf(handlings)) {
      const [first] = run as [Handling, ...Handling[]];
      const { type } = first.event;
      const handler = handlers.get(type);
      if (handler?.takesMany && run.length > 1)
        await inEachSpan(run, batchTrace(), () => wholeChainOf(handler, run)(together(run, tx)));
      else for (const handling of run) await chains.get(type)?.({ ...handling, tx });
    }
  };
}

/** Of the span that several share; undefined when it is not recorded. */
function batchTrace(): string | undefined {
  return isRecording() ? currentTraceparent() : undefined;
}

/**
 * Parts events into runs of one type: as few as leave the order within each key.
 */
export function* runsOf(handlings: readonly Handling[]): Generator<readonly Handling[]> {
  let left = handlings;
  for (let [first] = left; first !== undefined; [first] = left) {
    const run: Handling[] = [];
    const rest: Handling[] = [];
    const waiting = new Set<string>();
    for (const handling of left) {
      const { event, delivery } = handling;
      const waits = delivery.key !== null && waiting.has(delivery.key);
      if (event.type === first.event.type && !waits) run.push(handling);
      else {
        rest.push(handling);
        if (delivery.key !== null) waiting.add(delivery.key);
      }
    }
    yield run;
    left = rest;
  }
}

/** The way of several through one call: it is lost when one of them is. */
function together(run: readonly Handling[], tx: unknown): Handling {
  const [{ delivery, event, data }] = run as [Handling, ...Handling[]];
  let any: AbortSignal | undefined;
  return {
    ...{ delivery, event, data, tx },
    get signal() {
      return (any ??= AbortSignal.any([...new Set(run.map(({ signal }) => signal))]));
    },
  };
}
