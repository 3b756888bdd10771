import { formatTraceparent, parseTraceparent } from '@mesh/tracing';
import type { RawHeaders } from '../delivery.js';

/** The traceparent that the handler's span continues; undefined for a trace of its own. */
export function parentOf(origin: unknown, headers: RawHeaders): string | undefined {
  const ofOrigin = parseTraceparent(textOf(origin));
  const ofHop = parseTraceparent(textOf(headers['traceparent']));
  if (ofOrigin === undefined) return ofHop && formatTraceparent(ofHop);
  const sameTrace = ofHop?.traceId === ofOrigin.traceId;
  return formatTraceparent(sameTrace ? ofHop : ofOrigin);
}

/** A header's text, as a broker has it. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : undefined;
}
