import { signal } from '@preact/signals';
import { ApiError, call } from '../../api.js';
import { randomHex } from '../../random-id.js';

/** A span as the mesh's own trace store tells it; instants in ms since the epoch. */
export interface Span {
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  readonly service: string;
  readonly start: number;
  readonly end: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly status: 'unset' | 'ok' | 'error';
  readonly statusMessage?: string;
}

const maxTraces = 40;

/** Spans by trace id, of the traces that were asked for. */
export const traces = signal<ReadonlyMap<string, readonly Span[]>>(new Map());
/** False: this mesh keeps no traces for its page, as in production; undefined until that is known. */
export const keepsTraces = signal<boolean | undefined>(undefined);

/** Reads a trace. One that is not there (yet, or any more) leaves what is known. */
export async function loadTrace(traceId: string): Promise<void> {
  if (keepsTraces.value === false) return;
  const answer = await call<{ spans: Span[] }>(`/dev/traces/${traceId}`).catch(unlessMissing);
  if (answer === undefined) return;
  keepsTraces.value = true;
  const others = [...traces.value].filter(([known]) => known !== traceId).slice(1 - maxTraces);
  traces.value = new Map([...others, [traceId, answer.spans]]);
}

export interface OwnSpan {
  readonly traceId: string;
  readonly spanId?: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind?: 'client';
  readonly start: number;
  readonly end: number;
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
}

/** Adds what the browser did to the trace. Whether anybody takes it says whether traces are kept here. */
export async function reportSpan(span: OwnSpan): Promise<void> {
  if (keepsTraces.value === false) return;
  const body = { spanId: randomHex(8), ...span };
  await call('/dev/traces', { method: 'POST', body }).then(
    () => (keepsTraces.value = true),
    (error: unknown) => {
      if (error instanceof ApiError && error.status === 404) keepsTraces.value = false;
    },
  );
}

function unlessMissing(error: unknown): undefined {
  if (!(error instanceof ApiError) || error.status !== 404) throw error;
}
