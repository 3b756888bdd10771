import { currentTraceparent, isRecording, startSpan } from '@mesh/tracing';
import type { LiveUpdate } from '../domain/live-update.js';
import type { LiveResource } from '../use-cases/live-resource.js';

/**
 * Sends a change to a browser: in a span, whose traceparent the browser is then told, where the work that
 * announces it is recorded in the change's own trace. History, and everything without tracing, is sent
 * with the traceparent of the change.
 */
export function inEmitSpan(
  { name, message }: Pick<LiveResource, 'name' | 'message'>,
  { traceparent, version }: Pick<LiveUpdate, 'traceparent' | 'version'>,
  send: (traceparent: string) => void,
): void {
  if (!isRecording() || traceIdOf(currentTraceparent()) !== traceIdOf(traceparent))
    return send(traceparent);
  const span = startSpan(`send ${message}`, {
    kind: 'producer',
    attributes: {
      'messaging.system.name': 'socket.io',
      'messaging.operation.type': 'send',
      'messaging.operation.name': 'emit',
      'messaging.destination.name': '/live',
      [`mesh.${name}.version`]: version,
    },
  });
  send(span?.traceparent ?? traceparent);
  span?.end();
}

const traceIdOf = (traceparent: string): string => traceparent.slice(3, 35);
