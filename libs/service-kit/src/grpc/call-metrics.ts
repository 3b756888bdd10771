import { metrics, secondsSince } from '@mesh/tracing';
import { viewError } from '../errors/error-mapping.js';
import { endClientSpan, startClientSpan } from './call-spans.js';

const durations = metrics.histogram({
  name: 'mesh_grpc_client_duration_seconds',
  help: 'Time until a call that this service makes is answered, with its repetitions, or until a stream ends; by method and resulting code',
  labels: ['method', 'code'],
});

/** A call that is made: in a span, where the running work is recorded, and measured. */
export interface ClientCall {
  /** Of its span. */
  readonly traceparent: string | undefined;
  /** Once: nothing when it succeeded, `cancelled` when its answers are not wanted any more. */
  end(error?: unknown): void;
}

export function startClientCall(path: string): ClientCall {
  const span = startClientSpan(path);
  const start = performance.now();
  return {
    traceparent: span?.traceparent,
    end(error) {
      const trace = span?.recorded ? span.traceparent : null;
      durations.with({ method: path, code: codeOf(error) }).observe(secondsSince(start), trace);
      endClientSpan(span, error);
    },
  };
}

function codeOf(error: unknown): string {
  if (error === undefined) return 'OK';
  return error === 'cancelled' ? 'CANCELLED' : viewError(error).code;
}
