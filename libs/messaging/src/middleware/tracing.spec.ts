import { currentBaggage, currentTraceparent } from '@mesh/tracing';
import { describe, expect, it } from 'vitest';
import { deliveryOf, eventOf, handlingOf } from '../testing/handlings.js';
import { parentOf } from './trace-parents.js';
import { tracing } from './tracing.js';

const traceparent = (trace: string, span: string) => `00-${trace.repeat(32)}-${span.repeat(16)}-01`;
const origin = traceparent('a', 'b');

describe('tracing', () => {
  it('runs the handler in a new span of the trace of origin', async () => {
    const event = eventOf({ extensions: { traceparent: origin } });
    const seen: string[] = [];
    const handle = tracing(async () => {
      seen.push(currentTraceparent());
      return 'done';
    });
    await handle(handlingOf({ event, delivery: deliveryOf(event) }));
    expect(seen[0]).toMatch(/^00-a{32}-(?!b{16})[0-9a-f]{16}-01$/);
  });

  it.each([
    ["the event's", 'a=1', { baggage: 'b=2' }, 'a=1'],
    ["the hop's, where the event has none", undefined, { baggage: Buffer.from('b=2') }, 'b=2'],
    ['none', undefined, {}, undefined],
  ])('runs the handler with baggage: %s', async (_, ofEvent, headers, expected) => {
    const event = eventOf({ extensions: ofEvent === undefined ? {} : { baggage: ofEvent } });
    const seen: (string | undefined)[] = [];
    const handle = tracing(async () => {
      seen.push(currentBaggage());
      return 'done';
    });
    await handle(handlingOf({ event, delivery: deliveryOf(event, { headers }) }));
    expect(seen).toEqual([expected]);
  });

  it.each([
    ['a hop of the same trace', origin, traceparent('a', 'c'), traceparent('a', 'c')],
    ['a hop as bytes', origin, Buffer.from(traceparent('a', 'c')), traceparent('a', 'c')],
    ['a hop of another trace', origin, traceparent('d', 'c'), origin],
    ['no hop', origin, undefined, origin],
    ['a broken hop', origin, 'broken', origin],
    ['a hop alone', undefined, traceparent('d', 'c'), traceparent('d', 'c')],
    ['nothing', undefined, undefined, undefined],
  ])('given %s, then knows its parent', (_, ofOrigin, ofHop, parent) => {
    expect(parentOf(ofOrigin, { traceparent: ofHop })).toBe(parent);
  });
});
