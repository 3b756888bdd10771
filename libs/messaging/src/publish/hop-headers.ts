import type { CloudEvent } from '@mesh/envelope';

const CARRIED = ['traceparent', 'tracestate', 'baggage'] as const;

/**
 * Adds the bare W3C headers, by which a consumer that knows nothing of CloudEvents goes on in the
 * event's trace, with its baggage; in the span that handed the message to the broker, where there is one.
 * @see https://www.w3.org/TR/trace-context/
 * @see https://www.w3.org/TR/baggage/
 */
export function setHopHeaders(
  headers: Record<string, unknown>,
  { extensions }: CloudEvent,
  hop?: string,
): void {
  for (const name of CARRIED) {
    const value = extensions[name];
    if (typeof value === 'string') headers[name] = value;
  }
  if (hop !== undefined) headers['traceparent'] = hop;
}
