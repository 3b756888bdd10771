import {
  context,
  createContextKey,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Link,
  type Span,
  type SpanContext,
  type Tracer,
} from '@opentelemetry/api';
import { ensureContextManager } from './context-manager.js';
import { formatTraceparent, parseTraceparent } from './traceparent.js';

/** What a span is of, by the semantic conventions of OpenTelemetry. */
export interface SpanOptions {
  /** @default 'internal' */
  readonly kind?: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  /** The traceparent that it goes on; `null` begins a trace. @default the running work */
  readonly parent?: string | null | undefined;
  /** By the names of the semantic conventions; no data of customers. @default none */
  readonly attributes?: Attributes;
  /** Traceparents of other work that belongs to it; broken ones are left out. @default none */
  readonly links?: readonly (string | undefined)[];
}

/** A span that was started. `end` it once; what comes after that is ignored. */
export interface WorkSpan {
  /** For whoever goes on with its trace. */
  readonly traceparent: string;
  /** Whether it will be exported. */
  readonly recorded: boolean;
  /** Runs `fn` as its work: spans that start meanwhile are its children. */
  run<T>(fn: () => T): T;
  /** Adds attributes, in place of those that have the same name. */
  set(attributes: Attributes): void;
  /** Marks it as failed. The text of an error may hold data of customers, so only its kind is kept. */
  fail(error: unknown): void;
  /** Its time ends now, and it can be exported. */
  end(): void;
}

const kinds = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

/** Marks a trace of which no span was begun here. */
const UNBEGUN = createContextKey('mesh trace without a span');

let tracer: Tracer | undefined;

/** Spans are made by it from now on; without one, none is. */
export function useTracer(next: Tracer | undefined): void {
  tracer = next;
}

/** Whether spans are made at all. What is only for spans is not worked out without. */
export function isTracing(): boolean {
  return tracer !== undefined;
}

/** Starts a span; undefined while there is no tracing. The sampler may say that it is not recorded. */
export function startSpan(name: string, options: SpanOptions = {}): WorkSpan | undefined {
  if (tracer === undefined) return undefined;
  ensureContextManager();
  const { kind = 'internal', attributes, links } = options;
  const span = tracer.startSpan(
    name,
    {
      kind: kinds[kind],
      ...(attributes && { attributes }),
      ...(links && { links: linksTo(links) }),
    },
    parentContext(options),
  );
  return new StartedSpan(span);
}

/**
 * Runs `fn` in a span that is a child of the running work and ends when the promise settles. Without
 * tracing, and where the running work is not recorded, `fn` alone.
 */
export async function inSpan<T>(
  name: string,
  describe: () => SpanOptions,
  fn: (span?: WorkSpan) => Promise<T>,
): Promise<T> {
  if (!isRecording()) return fn();
  const span = startSpan(name, describe());
  return span === undefined ? fn() : endWith(span, fn);
}

/** Runs `fn` as the work of the span, which ends, failed or not, when the promise settles. */
export async function endWith<T>(span: WorkSpan, fn: (span: WorkSpan) => Promise<T>): Promise<T> {
  try {
    return await span.run(() => fn(span));
  } catch (error) {
    span.fail(error);
    throw error;
  } finally {
    span.end();
  }
}

/** Whether the running work has a span that is recorded. */
export function isRecording(): boolean {
  if (tracer === undefined) return false;
  ensureContextManager();
  const active = context.active();
  return active.getValue(UNBEGUN) !== true && (trace.getSpan(active)?.isRecording() ?? false);
}

/** Whether the trace is one of those that are recorded. */
export function isSampled(traceparent: string | undefined): boolean {
  const flags = parseTraceparent(traceparent)?.traceFlags ?? 0;
  return (flags & TraceFlags.SAMPLED) !== 0;
}

/**
 * The context for work without a span of its own: of the trace that goes on, or of a new one, which the
 * sampler decides about. Undefined while there is no tracing.
 */
export function contextWithoutSpan(traceparent: string | undefined): Context | undefined {
  if (tracer === undefined) return undefined;
  const active = context.active();
  const parent = remoteOf(traceparent);
  if (parent !== undefined) return trace.setSpanContext(active, parent);
  const begun = tracer.startSpan('unbegun', {}, ROOT_CONTEXT).spanContext();
  return trace.setSpanContext(active, begun).setValue(UNBEGUN, true);
}

class StartedSpan implements WorkSpan {
  readonly #span: Span;

  constructor(span: Span) {
    this.#span = span;
  }

  get traceparent(): string {
    return formatTraceparent(this.#span.spanContext());
  }

  get recorded(): boolean {
    return this.#span.isRecording();
  }

  run<T>(fn: () => T): T {
    const active = context.active().deleteValue(UNBEGUN);
    return context.with(trace.setSpan(active, this.#span), fn);
  }

  set(attributes: Attributes): void {
    this.#span.setAttributes(attributes);
  }

  fail(error: unknown): void {
    if (!this.#span.isRecording()) return;
    const type = errorTypeOf(error);
    this.#span.setAttribute('error.type', type);
    this.#span.setStatus({ code: SpanStatusCode.ERROR, message: type });
  }

  end(): void {
    this.#span.end();
  }
}

function parentContext({ parent }: SpanOptions): Context {
  const active = context.active();
  if (parent === undefined) return active;
  const remote = parent === null ? undefined : remoteOf(parent);
  return remote === undefined ? trace.deleteSpan(active) : trace.setSpanContext(active, remote);
}

function remoteOf(traceparent: string | undefined): SpanContext | undefined {
  const parsed = parseTraceparent(traceparent);
  if (parsed === undefined) return undefined;
  return { ...parsed, traceFlags: parsed.traceFlags & TraceFlags.SAMPLED, isRemote: true };
}

function linksTo(traceparents: readonly (string | undefined)[]): Link[] {
  return traceparents.flatMap((traceparent) => {
    const linked = remoteOf(traceparent);
    return linked === undefined ? [] : [{ context: linked }];
  });
}

function errorTypeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error === 'string' ? error.slice(0, 80) : 'unknown';
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' ? code : error.name;
}
