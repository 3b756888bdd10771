import {
  around,
  circuitBreaker,
  concurrency,
  retry,
  timeout,
  tracing,
  type EventMiddleware,
  type HandleEvent,
  type Handling,
} from '@mesh/messaging/middleware';
import { inbox, unlessParked, type InboxKind, type Parking } from '@mesh/outbox';
import type { Logger } from '@mesh/tracing';
import type { Kysely } from 'kysely';
import { runInCall } from '../context/call-context.js';
import { breakerChanged, measured } from './handler-metrics.js';
import { receivedEvent } from './received-event.js';
import { retryTeller } from './retry-teller.js';
import type { PlannedHandler } from './subscription-plan.js';

export interface ChainOptions {
  /** As the inbox and metrics know it. */
  readonly group: string;
  /** How its inbox knows events. @default 'by-event' */
  readonly inbox?: InboxKind;
  readonly log: Logger;
  /** Where effects are made that have an inbox. */
  readonly db: Kysely<unknown> | undefined;
  /** Where events are parked; undefined without a database. */
  readonly parking: Parking | undefined;
  /** Woken after the commit of an effect. */
  readonly outbox: { wake(): void } | undefined;
}

const defaultTimeoutMs = 30_000;

/** A handler with everything around it that its guarantee and its options ask for. */
export function chainOf(handler: PlannedHandler, options: ChainOptions): HandleEvent {
  const { group, log } = options;
  return around(
    called(handler),
    tracing,
    measured(group),
    ...(handler.delivery === 'at-most-once' ? [drop(group, log)] : repeated(handler, options)),
    concurrency(limitsOf(handler)),
    ...guaranteed(handler, options),
    timeoutOf(handler),
  );
}

/** The handler alone, for a redrive: nothing is tried again, and the inbox is passed by. */
export function redriveChainOf(handler: PlannedHandler, group: string): HandleEvent {
  return around(called(handler), tracing, measured(group), timeoutOf(handler));
}

function repeated(
  { name, options }: PlannedHandler,
  { group, log }: ChainOptions,
): EventMiddleware[] {
  const around = [retry(options.retry, retryTeller({ group, handler: name }, log))];
  if (options.breaker !== undefined) {
    breakerChanged(name, 'closed');
    around.push(
      circuitBreaker(options.breaker, (state) => {
        breakerChanged(name, state);
        log.warn({ handler: name, state }, 'The circuit of a handler changed');
      }),
    );
  }
  return around;
}

function guaranteed(
  { delivery, onFailure }: PlannedHandler,
  { db, parking, group, inbox: kind, outbox = { wake: () => {} } }: ChainOptions,
): EventMiddleware[] {
  if (delivery === 'effectively-once')
    return [inbox({ db: db!, parking: parking!, group, outbox, ...(kind && { kind }) })];
  const parks = delivery === 'at-least-once' && onFailure === 'park-key';
  return parks && parking !== undefined ? [unlessParked({ parking, group })] : [];
}

/** A handler as one of a batch: in its trace, with its time; the inbox is around the batch. */
export function inBatchChainOf(handler: PlannedHandler): HandleEvent {
  return around(called(handler), tracing, timeoutOf(handler));
}

/** A handler of several events, which all go into one call; the first is on the way through. */
export function wholeChainOf(handler: PlannedHandler, events: readonly Handling[]): HandleEvent {
  return around(async (handling) => {
    const all = events.map(({ delivery, event, data }) =>
      receivedEvent(Object.assign(callOf(handling), { delivery, event, data })),
    );
    await runInCall(callOf(handling), () => handler.handle(all, handling.tx));
    return 'done';
  }, timeoutOf(handler));
}

function called({ handle, delivery, takesMany }: PlannedHandler): HandleEvent {
  return async (handling) => {
    const event = receivedEvent(handling);
    const tx = delivery === 'effectively-once' ? handling.tx : undefined;
    await runInCall(callOf(handling), () => handle(takesMany ? [event] : event, tx));
    return 'done';
  };
}

/** The signal is made when it is asked for. */
function callOf(handling: Handling) {
  return {
    get signal() {
      return handling.signal;
    },
  };
}

function drop(group: string, log: Logger): EventMiddleware {
  return (next) => async (handling) => {
    if (handling.delivery.attempt > 1) return 'dropped';
    try {
      return await next(handling);
    } catch (error) {
      const { id, type } = handling.event;
      log.warn({ err: error, eventId: id, eventType: type, group }, 'An event was dropped');
      return 'dropped';
    }
  };
}

function limitsOf({ options: { concurrency: atOnce, serializeBy } }: PlannedHandler) {
  return {
    ...(atOnce !== undefined && { atOnce }),
    ...(serializeBy !== undefined && { serializeBy }),
  };
}

function timeoutOf({ options }: PlannedHandler): EventMiddleware {
  return timeout(options.timeoutMs ?? defaultTimeoutMs);
}
