import { currentTraceparent } from '@mesh/tracing';
import { recordSpans, type Recording } from '@mesh/tracing/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RejectedError } from '../errors.js';
import { deliveryOf, eventOf, handlingOf } from '../testing/handlings.js';
import type { Handling } from './handling.js';
import { inBatchSpan, inEachSpan, inSettleSpan, processTraceOf } from './process-spans.js';
import { tracing } from './tracing.js';

const traceparent = (trace: string, span: string, flags = '01') =>
  `00-${trace.repeat(32)}-${span.repeat(16)}-${flags}`;
const origin = traceparent('a', 'b');
const handling = (of: string | undefined, hop?: string): Handling => {
  const event = eventOf({ id: 'e-1', extensions: of === undefined ? {} : { traceparent: of } });
  const headers = hop === undefined ? {} : { traceparent: hop };
  const delivery = deliveryOf(event, { headers, system: 'kafka', position: '3:42' });
  return handlingOf({ event, delivery });
};
const name = 'process mesh.probe.v1';
const done = async () => 'done' as const;

describe('spans of handling', () => {
  let recording: Recording;
  beforeEach(() => void (recording = recordSpans()));
  afterEach(() => recording.stop());

  it('given a hop of the same trace, then that is the parent, with a link to the origin', async () => {
    await tracing(done)(handling(origin, traceparent('a', 'c')));
    const span = recording.only(name);
    expect(span).toMatchObject({ kind: 'consumer', traceId: 'a'.repeat(32) });
    expect(span.parentSpanId).toBe('c'.repeat(16));
    expect(span.links).toEqual([`${'a'.repeat(32)}/${'b'.repeat(16)}`]);
    expect(span.attributes).toEqual({
      'messaging.system.name': 'kafka',
      'messaging.destination.name': 'mesh.probe.v1',
      'messaging.consumer.group.name': 'g',
      'messaging.operation.type': 'process',
      'messaging.operation.name': 'process',
      'messaging.message.id': 'e-1',
      'messaging.destination.partition.id': '3',
      'kafka.offset': 42,
      'mesh.event.type': 'mesh.probe.v1.JobCancelled',
      'mesh.result': 'done',
    });
  });

  it('given a hop of another trace, then the origin is the parent, with a link to the hop', async () => {
    await tracing(done)(handling(origin, traceparent('d', 'c')));
    const span = recording.only(name);
    expect([span.traceId, span.parentSpanId]).toEqual(['a'.repeat(32), 'b'.repeat(16)]);
    expect(span.links).toEqual([`${'d'.repeat(32)}/${'c'.repeat(16)}`]);
  });

  it('given a handler that fails, then says with what', async () => {
    const fail = tracing(() => Promise.reject(new RejectedError('rejected', 'Secret')));
    await expect(fail(handling(origin))).rejects.toThrow('Secret');
    expect(recording.only(name).error).toBe('DELIVERY_REJECTED');
  });

  it('tells who makes events for another one in which span that is handled', async () => {
    const one = handling(origin);
    const seen = await inEachSpan([one], undefined, async () => processTraceOf(one.event));
    expect(seen).toBe(`00-${'a'.repeat(32)}-${recording.only(name).spanId}-01`);
    // As handlers get it: another object with the same extensions.
    expect(processTraceOf({ ...one.event })).toBe(seen);
  });

  it('given a batch, then it has a trace of its own with links to those of its events', async () => {
    const all = [handling(origin), handling(traceparent('c', 'd', '00')), handling(undefined)];
    await inBatchSpan(all, async () => {
      const batch = currentTraceparent();
      await inEachSpan(all.slice(0, 1), batch, async () =>
        expect(currentTraceparent()).toBe(batch),
      );
    });
    const [each, batch] = recording.spans();
    expect(batch?.parentSpanId).toBeUndefined();
    expect(batch?.links).toEqual([
      `${'a'.repeat(32)}/${'b'.repeat(16)}`,
      `${'c'.repeat(32)}/${'d'.repeat(16)}`,
    ]);
    expect(batch?.attributes['messaging.batch.message_count']).toBe(3);
    expect(each).toMatchObject({ traceId: 'a'.repeat(32), parentSpanId: 'b'.repeat(16) });
    expect(each?.links).toEqual([`${batch?.traceId}/${batch?.spanId}`]);
  });

  it('given a batch of which no trace is kept, then it has none', async () => {
    await inBatchSpan([handling(traceparent('c', 'd', '00')), handling(undefined)], done);
    expect(recording.spans()).toEqual([]);
  });

  it('given one delivery, then settling it is its child; given several, then it has links', async () => {
    const both = [handling(origin), handling(traceparent('c', 'd'))];
    for (const one of both) await tracing(done)(one);
    const [first, second] = recording.spans();
    const [one] = both;
    await inSettleSpan(one === undefined ? [] : [one.delivery], () => undefined);
    expect(recording.only('settle mesh.probe.v1')).toMatchObject({
      ...{ kind: 'client', traceId: first?.traceId, parentSpanId: first?.spanId, links: [] },
    });
    await inSettleSpan(
      both.map(({ delivery }) => delivery),
      () => undefined,
    );
    const settled = recording.spans().at(-1);
    expect(settled?.parentSpanId).toBeUndefined();
    expect(settled?.links).toEqual([first, second].map((of) => `${of?.traceId}/${of?.spanId}`));
  });

  it('given a delivery that nobody recorded, then settles it without a span', async () => {
    await inSettleSpan([handling(origin).delivery], () => undefined);
    expect(recording.spans()).toEqual([]);
  });
});
