import { context, trace, TraceFlags, type SpanContext } from '@opentelemetry/api';
import { ensureContextManager } from './context-manager.js';
import { formatTraceparent, newSpanId, newTraceParent, parseTraceparent } from './traceparent.js';

/** The W3C traceparent of the running work; of a new trace when there is none. */
export function currentTraceparent(): string {
  const active = activeSpanContext();
  return formatTraceparent(active ?? newTraceParent());
}

/** The trace id of the running work, or undefined outside of any trace. */
export function currentTraceId(): string | undefined {
  return activeSpanContext()?.traceId;
}

/**
 * Runs `fn` in a new span of the given trace, or of a new trace when there is no traceparent or a
 * broken one. Everything that `fn` awaits sees it by {@link currentTraceparent}.
 */
export function withTrace<T>(traceparent: string | undefined, fn: () => T): T {
  ensureContextManager();
  const parent = parseTraceparent(traceparent);
  const span: SpanContext =
    parent === undefined
      ? newTraceParent()
      : {
          traceId: parent.traceId,
          spanId: newSpanId(),
          traceFlags: parent.traceFlags & TraceFlags.SAMPLED,
        };
  return context.with(trace.setSpan(context.active(), trace.wrapSpanContext(span)), fn);
}

function activeSpanContext(): SpanContext | undefined {
  ensureContextManager();
  const active = trace.getSpanContext(context.active());
  return active !== undefined && trace.isSpanContextValid(active) ? active : undefined;
}
