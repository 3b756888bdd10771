import { AppError } from '@mesh/service-kit';

/** A trace as the launcher has it. */
export interface TraceView {
  readonly traceId: string;
  readonly spans: readonly Readonly<Record<string, unknown>>[];
}

/** A span that somebody else measured: times in milliseconds since the epoch. */
export interface ForeignSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string | undefined;
  readonly name: string;
  readonly kind?: 'internal' | 'client' | undefined;
  readonly start: number;
  readonly end: number;
  readonly attributes?: Readonly<Record<string, string | number | boolean>> | undefined;
}

const timeoutMs = 2_000;
/** By their numbers in OTLP. */
const kinds = { internal: 1, client: 3 } as const;

/** The traces that the launcher of a mesh keeps: read there, and added to by OTLP. */
export class RecordedTraces {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** Undefined when nothing of it is known. @throws AppError UNAVAILABLE */
  async find(traceId: string): Promise<TraceView | undefined> {
    const response = await this.#ask(`/traces/${traceId}`);
    if (response.status === 404) return undefined;
    return (await readable(response).json()) as TraceView;
  }

  /** As a span of the page. @throws AppError UNAVAILABLE */
  async add(span: ForeignSpan): Promise<void> {
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'web' } }] };
    const body = { resourceSpans: [{ resource, scopeSpans: [{ spans: [otlpSpan(span)] }] }] };
    const response = await this.#ask('/v1/traces', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    await readable(response).body?.cancel();
  }

  async #ask(path: string, init: RequestInit = {}): Promise<Response> {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      return await fetch(this.#url + path, { ...init, signal });
    } catch (cause) {
      throw new AppError('UNAVAILABLE', 'The launcher, which keeps traces, does not answer', {
        cause,
      });
    }
  }
}

function readable(response: Response): Response {
  if (response.ok) return response;
  throw new AppError('UNAVAILABLE', `The launcher answered ${response.status}`);
}

/** @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
function otlpSpan({ start, end, kind = 'internal', attributes = {}, ...span }: ForeignSpan) {
  return {
    ...span,
    kind: kinds[kind],
    startTimeUnixNano: nanos(start),
    endTimeUnixNano: nanos(end),
    attributes: Object.entries(attributes).map(([key, value]) => ({ key, value: valueOf(value) })),
  };
}

/** At microseconds; more a browser does not tell. */
function nanos(epochMs: number): string {
  return `${Math.round(epochMs * 1000)}000`;
}

function valueOf(value: string | number | boolean) {
  if (typeof value === 'string') return { stringValue: value };
  return typeof value === 'boolean' ? { boolValue: value } : { doubleValue: value };
}
