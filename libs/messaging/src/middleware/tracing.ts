import { endWith, withBaggage, withLogFields, withTrace } from '@mesh/tracing';
import type { EventMiddleware } from './handling.js';
import { startProcessSpan } from './process-spans.js';
import { parentOf, textOf } from './trace-parents.js';

/**
 * Handles the event in the trace of its origin, which the event carries through every hop. The parent
 * is the hop, where its message header is of the same trace: the producer's span that handed the
 * message to the broker. A redriven event goes on in the trace that it came with. The handler also has
 * the baggage that the event carries, else the hop's, and its log lines have the event's id and type.
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/extensions/distributed-tracing.md
 */
export const tracing: EventMiddleware = (next) => (handling) => {
  const { event, delivery } = handling;
  const baggage = textOf(event.extensions['baggage']) ?? textOf(delivery.headers['baggage']);
  const fields = { eventId: event.id, eventType: event.type };
  const handle = () => withBaggage(baggage, () => withLogFields(fields, () => next(handling)));
  const span = startProcessSpan(handling);
  if (span === undefined)
    return withTrace(parentOf(event.extensions['traceparent'], delivery.headers), handle);
  return endWith(span, async () => {
    const result = await handle();
    span.set({ 'mesh.result': result });
    return result;
  });
};
