import {
  around,
  circuitBreaker,
  concurrency,
  retry,
  timeout,
  tracing,
  type EventMiddleware,
  type HandleEvent,
} from '@mesh/messaging/middleware';
import { inbox, unlessParked, type Parking } from '@mesh/outbox';
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
  { db, parking, group, outbox = { wake: () => {} } }: ChainOptions,
): EventMiddleware[] {
  if (delivery === 'effectively-once')
    return [inbox({ db: db!, parking: parking!, group, outbox })];
  const parks = delivery === 'at-least-once' && onFailure === 'park-key';
  return parks && parking !== undefined ? [unlessParked({ parking, group })] : [];
}

function called({ handle, delivery }: PlannedHandler): HandleEvent {
  return async (handling) => {
    const event = receivedEvent(handling);
    const tx = delivery === 'effectively-once' ? handling.tx : undefined;
    await runInCall(
      {
        get signal() {
          return handling.signal;
        },
      },
      () => handle(event, tx),
    );
    return 'done';
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
