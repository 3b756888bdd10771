import { SpanKind, type Attributes } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
  type ReadableSpan,
  type Sampler,
} from '@opentelemetry/sdk-trace';
import { useTracer } from '../span.js';

/** A span that ended, in the parts that tests look at. */
export interface RecordedSpan {
  readonly name: string;
  /** `server`, `producer` … */
  readonly kind: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly attributes: Attributes;
  /** `traceId/spanId`. */
  readonly links: readonly string[];
  /** Empty unless it failed. */
  readonly error: string;
}

/** The spans of this process since {@link recordSpans}. */
export interface Recording {
  /** Those that ended, in the order in which they did. */
  spans(): readonly RecordedSpan[];
  /** The one of that name that ended. @throws when there is none, or several */
  only(name: string): RecordedSpan;
  /** Spans are not recorded any more; other tests may record theirs. */
  stop(): void;
}

/** Records every span of this process until it is stopped. */
export function recordSpans(sampler?: Sampler): Recording {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    ...(sampler && { sampler }),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  useTracer(provider.getTracer('test'));
  const spans = () => exporter.getFinishedSpans().map(recorded);
  return {
    spans,
    only(name) {
      const found = spans().filter((span) => span.name === name);
      const [span] = found;
      if (span !== undefined && found.length === 1) return span;
      const names = spans().map((each) => each.name);
      throw new Error(`${found.length} spans "${name}" among: ${names.join(', ')}`);
    },
    stop: () => useTracer(undefined),
  };
}

function recorded(span: ReadableSpan): RecordedSpan {
  const { traceId, spanId } = span.spanContext();
  return {
    ...{ name: span.name, kind: (SpanKind[span.kind] ?? '').toLowerCase(), traceId, spanId },
    parentSpanId: span.parentSpanContext?.spanId,
    attributes: span.attributes,
    links: span.links.map(({ context }) => `${context.traceId}/${context.spanId}`),
    error: span.status.message ?? '',
  };
}
