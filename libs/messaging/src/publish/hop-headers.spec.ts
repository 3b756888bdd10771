import { describe, expect, it } from 'vitest';
import { eventOf } from '../testing/handlings.js';
import { setHopHeaders } from './hop-headers.js';

describe('setHopHeaders', () => {
  it('adds the trace and the baggage of the event, and nothing else', () => {
    const headers = { ce_id: '1' };
    const trace = { traceparent: 'a', tracestate: 'b', baggage: 'c' };
    setHopHeaders(headers, eventOf({ extensions: { ...trace, partitionkey: 'o-1' } }));
    expect(headers).toEqual({ ce_id: '1', ...trace });
  });

  it('leaves out what the event does not have, or not as text', () => {
    const headers = {};
    setHopHeaders(headers, eventOf({ extensions: { baggage: 7 } }));
    expect(headers).toEqual({});
  });
});
