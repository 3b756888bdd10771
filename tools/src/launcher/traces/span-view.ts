/** A span as the page reads it. */
export interface SpanView {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  readonly service: string;
  /** Milliseconds since the epoch, with fractions. */
  readonly start: number;
  readonly end: number;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly status: 'unset' | 'ok' | 'error';
  readonly statusMessage?: string;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
}

export type AttributeValue = string | number | boolean | readonly (string | number | boolean)[];

const kinds = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
const statuses = ['unset', 'ok', 'error'] as const;

/** By its number in OTLP. */
export const kindOf = (code: number): SpanView['kind'] => kinds[code] ?? 'internal';
export const statusOf = (code: number): SpanView['status'] => statuses[code] ?? 'unset';
