import type { Span } from '../state/trace.js';

/** Spans with those that caused them. */
export class Causes {
  readonly #byId: ReadonlyMap<string, Span>;

  constructor(readonly spans: readonly Span[]) {
    this.#byId = new Map(spans.map((span) => [span.spanId, span]));
  }

  causeOf({ parentSpanId }: Span): Span | undefined {
    return this.#byId.get(parentSpanId ?? '');
  }

  /** The span and what led to it, the nearest first; ends also where causes go round. */
  chainOf(span: Span): Span[] {
    const chain = new Set<Span>();
    for (let one: Span | undefined = span; one && !chain.has(one); one = this.causeOf(one))
      chain.add(one);
    return [...chain];
  }

  /** The spans, none before its cause, otherwise by start. */
  inOrder(): Span[] {
    const keyed = this.spans.map((span) => ({
      span,
      begin: this.beginOf(span),
      depth: this.chainOf(span).length,
    }));
    return keyed.sort((a, b) => a.begin - b.begin || a.depth - b.depth).map(({ span }) => span);
  }

  /** When it began, and not before its cause did, whatever the clocks say; ms since the epoch. */
  beginOf(span: Span): number {
    return Math.max(...this.chainOf(span).map(({ start }) => start));
  }
}
