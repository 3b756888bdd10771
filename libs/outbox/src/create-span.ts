import { isRecording, isSampled, isTracing, startSpan, type WorkSpan } from '@mesh/tracing';

/**
 * The span in which an event is made, whose trace the event carries: a child of `parent`, or of the running
 * work. Undefined where that is not recorded.
 * @see https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
 */
export function startCreateSpan(
  { stream, type }: { readonly stream: string; readonly type: string },
  parent: string | undefined,
): WorkSpan | undefined {
  if (!isTracing() || !(parent === undefined ? isRecording() : isSampled(parent))) return undefined;
  return startSpan(`create ${stream}`, {
    kind: 'producer',
    parent,
    attributes: {
      'messaging.operation.type': 'create',
      'messaging.operation.name': 'create',
      'messaging.destination.name': stream,
      'mesh.event.type': type,
    },
  });
}
