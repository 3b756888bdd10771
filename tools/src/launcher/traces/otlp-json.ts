import { kindOf, statusOf, type AttributeValue, type SpanView } from './span-view.js';

/** What the receiver needs of ExportTraceServiceRequest; everything may be missing. */
export interface OtlpRequest {
  readonly resourceSpans?: readonly {
    readonly resource?: { readonly attributes?: readonly OtlpAttribute[] };
    readonly scopeSpans?: readonly { readonly spans?: readonly OtlpSpan[] }[];
  }[];
}

export interface OtlpSpan {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly parentSpanId?: string;
  readonly name?: string;
  readonly kind?: number;
  readonly startTimeUnixNano?: string | number;
  readonly endTimeUnixNano?: string | number;
  readonly attributes?: readonly OtlpAttribute[];
  readonly status?: { readonly code?: number; readonly message?: string };
  readonly links?: readonly { readonly traceId?: string; readonly spanId?: string }[];
}

export interface OtlpAttribute {
  readonly key?: string;
  readonly value?: OtlpValue;
}

interface OtlpValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string | number;
  readonly doubleValue?: number;
  readonly arrayValue?: { readonly values?: readonly OtlpValue[] };
}

const traceIds = /^(?!0+$)[0-9a-f]{32}$/;
const spanIds = /^(?!0+$)[0-9a-f]{16}$/;

/**
 * The spans of a request of OTLP over HTTP; what is no span is left out.
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export function spansOf({ resourceSpans = [] }: OtlpRequest): SpanView[] {
  return resourceSpans.flatMap(({ resource, scopeSpans = [] }) => {
    const service = attributesOf(resource?.attributes)['service.name'];
    const name = typeof service === 'string' ? service : 'unknown';
    return scopeSpans.flatMap(({ spans = [] }) => spans.flatMap((span) => viewOf(span, name)));
  });
}

function viewOf(span: OtlpSpan, service: string): SpanView[] {
  const [traceId, spanId] = [idOf(span.traceId), idOf(span.spanId)];
  const [start, end] = [millis(span.startTimeUnixNano), millis(span.endTimeUnixNano)];
  if (!traceIds.test(traceId) || !spanIds.test(spanId) || !(end >= start)) return [];
  const parentSpanId = idOf(span.parentSpanId);
  const { code = 0, message } = span.status ?? {};
  return [
    {
      ...{ traceId, spanId, ...(spanIds.test(parentSpanId) && { parentSpanId }) },
      ...{ name: String(span.name ?? ''), kind: kindOf(span.kind ?? 0), service, start, end },
      attributes: attributesOf(span.attributes),
      status: statusOf(code),
      ...(message && { statusMessage: message }),
      links: (span.links ?? []).flatMap((link) => {
        const [trace, of] = [idOf(link.traceId), idOf(link.spanId)];
        return traceIds.test(trace) && spanIds.test(of) ? [{ traceId: trace, spanId: of }] : [];
      }),
    },
  ];
}

/** Either case is valid. */
const idOf = (id: string | undefined): string => String(id ?? '').toLowerCase();

/** Nanoseconds as text, which a number can't hold, to milliseconds at microseconds. */
function millis(nanos: string | number | undefined): number {
  const text = String(nanos ?? '');
  if (!/^\d{1,20}$/.test(text)) return NaN;
  return Number(BigInt(text) / 1000n) / 1000;
}

function attributesOf(attributes: readonly OtlpAttribute[] = []): Record<string, AttributeValue> {
  return Object.fromEntries(
    attributes.flatMap(({ key, value }) => {
      const plain = value && valueOf(value);
      return key === undefined || plain === undefined ? [] : [[key, plain]];
    }),
  );
}

function valueOf(value: OtlpValue): AttributeValue | undefined {
  const { stringValue, boolValue, intValue, doubleValue, arrayValue } = value;
  if (intValue !== undefined) return Number(intValue);
  if (arrayValue === undefined) return stringValue ?? boolValue ?? doubleValue;
  return (arrayValue.values ?? []).flatMap((each) => {
    const plain = valueOf(each);
    return plain === undefined || typeof plain === 'object' ? [] : [plain];
  });
}
