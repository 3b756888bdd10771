import { randomFillSync } from 'node:crypto';

/**
 * The parts of a W3C `traceparent` header, version 00.
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export interface TraceParent {
  /** 32 hex digits, not all zero. */
  readonly traceId: string;
  /** 16 hex digits, not all zero. */
  readonly spanId: string;
  /** Bit 0: sampled. */
  readonly traceFlags: number;
}

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** The parts of a header, or undefined when it is not a valid traceparent: a wrong one starts a new trace. */
export function parseTraceparent(header: string | undefined): TraceParent | undefined {
  const match = header === undefined ? null : pattern.exec(header);
  if (match === null) return undefined;
  const [, version, traceId, spanId, flags, rest] = match as unknown as string[];
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  if (/^0+$/.test(traceId!) || /^0+$/.test(spanId!)) return undefined;
  return { traceId: traceId!, spanId: spanId!, traceFlags: Number.parseInt(flags!, 16) };
}

/**
 * The header of these parts, version 00.
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function formatTraceparent(parts: TraceParent): string {
  return `00-${parts.traceId}-${parts.spanId}-${parts.traceFlags.toString(16).padStart(2, '0')}`;
}

/** A sampled root: new trace, new span. */
export function newTraceParent(): TraceParent {
  return { traceId: randomHex(16), spanId: newSpanId(), traceFlags: 1 };
}

export function newSpanId(): string {
  return randomHex(8);
}

/** Random bytes that were not given out; asking for few at a time costs more than ids do. */
const pool = Buffer.alloc(4096);
let given = pool.length;

function randomHex(bytes: number): string {
  if (given + bytes > pool.length) {
    randomFillSync(pool);
    given = 0;
  }
  const hex = pool.toString('hex', given, (given += bytes));
  return /^0+$/.test(hex) ? randomHex(bytes) : hex;
}
