import type { SpanView } from './span-view.js';

export interface TraceBounds {
  /** @default 1000 */
  readonly maxTraces?: number;
  /** Of each trace; later ones are left out. @default 2000 */
  readonly maxSpans?: number;
  /** About what all of them take. @default 32 MiB */
  readonly maxBytes?: number;
}

interface Trace {
  readonly spans: Map<string, SpanView>;
  bytes: number;
}

/** Keeps the traces that were added to last; the one that was added to longest ago goes first. */
export class TraceStore {
  readonly #bounds: Required<TraceBounds>;
  readonly #traces = new Map<string, Trace>();
  #bytes = 0;

  constructor({ maxTraces = 1000, maxSpans = 2000, maxBytes = 32 * 1024 ** 2 }: TraceBounds = {}) {
    this.#bounds = { maxTraces, maxSpans, maxBytes };
  }

  get size(): number {
    return this.#traces.size;
  }

  add(spans: readonly SpanView[]): void {
    for (const span of spans) this.#addOne(span);
    while (this.#traces.size > this.#bounds.maxTraces || this.#bytes > this.#bounds.maxBytes)
      this.#dropOldest();
  }

  /** The spans of a trace by their start; undefined when none is known. */
  get(traceId: string): readonly SpanView[] | undefined {
    const trace = this.#traces.get(traceId);
    return trace && [...trace.spans.values()].sort((a, b) => a.start - b.start);
  }

  #addOne(span: SpanView): void {
    const trace = this.#traces.get(span.traceId) ?? { spans: new Map(), bytes: 0 };
    this.#traces.delete(span.traceId);
    this.#traces.set(span.traceId, trace);
    // An exporter that heard no answer sends again.
    if (trace.spans.has(span.spanId) || trace.spans.size >= this.#bounds.maxSpans) return;
    const bytes = sizeOf(span);
    trace.spans.set(span.spanId, span);
    trace.bytes += bytes;
    this.#bytes += bytes;
  }

  #dropOldest(): void {
    const [oldest] = this.#traces;
    if (oldest === undefined) return;
    const [traceId, { bytes }] = oldest;
    this.#traces.delete(traceId);
    this.#bytes -= bytes;
  }
}

function sizeOf({ name, attributes, links }: SpanView): number {
  let bytes = 400 + 2 * name.length + 100 * links.length;
  for (const [key, value] of Object.entries(attributes))
    bytes += 32 + 2 * (key.length + String(value).length);
  return bytes;
}
