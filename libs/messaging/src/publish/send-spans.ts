import { isSampled, isTracing, startSpan, type WorkSpan } from '@mesh/tracing';
import { PublishError } from '../errors.js';
import type { Message } from '../publisher.js';

/** As `messaging.system` names it. */
export type MessagingSystem = 'kafka' | 'rabbitmq' | 'mesh-log';

/**
 * Sends messages, each of them in a span of its own that goes on with its event's trace and is the parent
 * of whoever takes the message. Without tracing, and for traces that are not recorded, just sends.
 * @see https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
 */
export function sendTraced(
  system: MessagingSystem,
  messages: readonly Message[],
  send: (messages: readonly Message[]) => Promise<void>,
): Promise<void> {
  if (!isTracing()) return send(messages);
  const spans = messages.map((message) => sendSpan(system, message, messages.length));
  if (spans.every((span) => span === undefined)) return send(messages);
  const traced = messages.map((message, index) => {
    const span = spans[index];
    return span === undefined ? message : { ...message, hop: span.traceparent };
  });
  return endAll(spans, send(traced));
}

async function endAll(
  spans: readonly (WorkSpan | undefined)[],
  sent: Promise<void>,
): Promise<void> {
  try {
    await sent;
  } catch (error) {
    const failed = error instanceof PublishError ? error.unconfirmed : [...spans.keys()];
    for (const index of failed) spans[index]?.fail(error);
    throw error;
  } finally {
    for (const span of spans) span?.end();
  }
}

function sendSpan(
  system: MessagingSystem,
  { destination, event, appendedAt }: Message,
  count: number,
): WorkSpan | undefined {
  const parent = event.extensions['traceparent'];
  if (typeof parent !== 'string' || !isSampled(parent)) return undefined;
  return startSpan(`send ${destination}`, {
    kind: 'producer',
    parent,
    attributes: {
      'messaging.system.name': system,
      'messaging.operation.type': 'send',
      'messaging.operation.name': 'send',
      'messaging.destination.name': destination,
      'messaging.message.id': event.id,
      'mesh.event.type': event.type,
      ...(count > 1 && { 'messaging.batch.message_count': count }),
      ...(appendedAt && { 'mesh.outbox.wait_ms': Math.max(0, Date.now() - appendedAt.getTime()) }),
    },
  });
}
