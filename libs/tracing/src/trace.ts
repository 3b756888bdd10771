import { context, trace, TraceFlags, type SpanContext } from '@opentelemetry/api';
import { ensureContextManager } from './context-manager.js';
import { contextWithoutSpan, isTracing } from './span.js';
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

/** Of the running work, as log lines have them; undefined outside of any trace. */
export function currentSpanIds():
  { readonly traceId: string; readonly spanId: string } | undefined {
  const active = activeSpanContext();
  return active && { traceId: active.traceId, spanId: active.spanId };
}

/**
 * Runs `fn` in the given trace, or in a new one when there is no traceparent or a broken one. Everything
 * that `fn` awaits sees it by {@link currentTraceparent}. Makes no span that is recorded.
 */
export function withTrace<T>(traceparent: string | undefined, fn: () => T): T {
  ensureContextManager();
  const recorded = contextWithoutSpan(traceparent);
  if (recorded !== undefined) return context.with(recorded, fn);
  return within(begin(traceparent), fn);
}

/** What {@link withTrace} would run in: the traceparent of work that begins now. */
export function beginTrace(traceparent: string | undefined): string {
  if (isTracing()) return withTrace(traceparent, currentTraceparent);
  return formatTraceparent(begin(traceparent));
}

/**
 * Goes on with what {@link beginTrace} gave: without tracing that is told on by {@link currentTraceparent} as it
 * is; with tracing, as {@link withTrace} does.
 */
export function resumeTrace<T>(begun: string, fn: () => T): T {
  const span = isTracing() ? undefined : parseTraceparent(begun);
  if (span === undefined) return withTrace(begun, fn);
  ensureContextManager();
  return within(span, fn);
}

function begin(traceparent: string | undefined): SpanContext {
  const parent = parseTraceparent(traceparent);
  if (parent === undefined) return newTraceParent();
  const traceFlags = parent.traceFlags & TraceFlags.SAMPLED;
  return { traceId: parent.traceId, spanId: newSpanId(), traceFlags };
}

function within<T>(span: SpanContext, fn: () => T): T {
  return context.with(trace.setSpan(context.active(), trace.wrapSpanContext(span)), fn);
}

function activeSpanContext(): SpanContext | undefined {
  ensureContextManager();
  const active = trace.getSpanContext(context.active());
  return active !== undefined && trace.isSpanContextValid(active) ? active : undefined;
}
