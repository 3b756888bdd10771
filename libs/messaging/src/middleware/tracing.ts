import { formatTraceparent, parseTraceparent, withBaggage, withTrace } from '@mesh/tracing';
import type { RawHeaders } from '../delivery.js';
import type { EventMiddleware } from './handling.js';

/**
 * Handles the event in the trace of its origin, which the event carries through every hop. The parent
 * is the hop, where its message header is of the same trace: the producer's span that handed the
 * message to the broker. A redriven event goes on in the trace that it came with. The handler also has
 * the baggage that the event carries, else the hop's.
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/extensions/distributed-tracing.md
 */
export const tracing: EventMiddleware = (next) => (handling) => {
  const { event, delivery } = handling;
  const parent = parentOf(event.extensions['traceparent'], delivery.headers);
  const baggage = textOf(event.extensions['baggage']) ?? textOf(delivery.headers['baggage']);
  return withTrace(parent, () => withBaggage(baggage, () => next(handling)));
};

/** The traceparent that the handler's span continues; undefined for a trace of its own. */
export function parentOf(origin: unknown, headers: RawHeaders): string | undefined {
  const ofOrigin = parseTraceparent(textOf(origin));
  const ofHop = parseTraceparent(textOf(headers['traceparent']));
  if (ofOrigin === undefined) return ofHop && formatTraceparent(ofHop);
  const sameTrace = ofHop?.traceId === ofOrigin.traceId;
  return formatTraceparent(sameTrace ? ofHop : ofOrigin);
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : undefined;
}
