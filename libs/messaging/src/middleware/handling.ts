import type { CloudEvent } from '@mesh/envelope';
import type { Delivery } from '../delivery.js';

/** One event on its way to its handler. */
export interface Handling {
  readonly delivery: Delivery;
  readonly event: CloudEvent;
  /** Decoded by the schema of the event's type. */
  readonly data: unknown;
  /** Aborted when the delivery is lost to this process, or its time is up. */
  readonly signal: AbortSignal;
  /** The transaction of the effect, where there is one. */
  readonly tx?: unknown;
}

/**
 * What became of an event. `done`: its effect is made. `repeated`: it had been made before.
 * `parked`: kept behind a dead letter of its key. `dropped`: given up, as its guarantee allows.
 */
export type HandlingResult = 'done' | 'repeated' | 'parked' | 'dropped';

/** Handles one decoded event. A rejection says that it failed; what follows is `retry`'s to say. */
export type HandleEvent = (handling: Handling) => Promise<HandlingResult>;

/** Goes around a {@link HandleEvent}. */
export type EventMiddleware = (next: HandleEvent) => HandleEvent;

/** Puts middleware around a handler; the first one is the outermost. */
export function around(handle: HandleEvent, ...middleware: readonly EventMiddleware[]) {
  return middleware.reduceRight((next, wrap) => wrap(next), handle);
}
