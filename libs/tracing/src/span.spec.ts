import { AlwaysOffSampler, ParentBasedSampler } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endWith, inSpan, isTracing, startSpan, type WorkSpan } from './span.js';
import { recordSpans, type Recording } from './testing/record-spans.js';
import { currentTraceId, currentTraceparent, withTrace } from './trace.js';

const header = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const traceId = '0af7651916cd43dd8448eb211c80319c';
const work = async (): Promise<string> => currentTraceparent();
const started = (span: WorkSpan | undefined): WorkSpan => {
  if (span === undefined) throw new Error('There is no span');
  return span;
};

describe('without tracing', () => {
  it('makes no span, and describes none', async () => {
    expect(isTracing()).toBe(false);
    expect(startSpan('work')).toBeUndefined();
    const describe = () => {
      throw new Error('described');
    };
    await expect(withTrace(header, () => inSpan('work', describe, work))).resolves.toMatch(traceId);
  });
});

describe('with tracing', () => {
  let recording: Recording;
  beforeEach(() => void (recording = recordSpans()));
  afterEach(() => recording.stop());

  it('goes on in the trace of a parent from elsewhere, and passes its own span on', async () => {
    const span = started(startSpan('serve', { kind: 'server', parent: header }));
    const seen = await endWith(span, () => inSpan('ask', () => ({ kind: 'client' }), work));
    const [ask, serve] = [recording.only('ask'), recording.only('serve')];
    expect(serve).toMatchObject({ traceId, parentSpanId: 'b7ad6b7169203331', kind: 'server' });
    expect(ask).toMatchObject({ traceId, parentSpanId: serve.spanId, kind: 'client' });
    expect(seen).toBe(`00-${traceId}-${ask.spanId}-01`);
  });

  it.each([null, 'broken'])('given %j for a parent, then begins a trace', async (parent) => {
    const inner = () => endWith(started(startSpan('root', { parent })), work);
    await endWith(started(startSpan('outer')), inner);
    const root = recording.only('root');
    expect(root.parentSpanId).toBeUndefined();
    expect(root.traceId).not.toBe(recording.only('outer').traceId);
  });

  it('given work that fails, then keeps the code of its error and not its text', async () => {
    const failing = async () => {
      throw Object.assign(new Error('Ada Lovelace'), { code: 'NOT_FOUND' });
    };
    await expect(endWith(started(startSpan('work')), failing)).rejects.toThrow('Ada');
    const { error, attributes } = recording.only('work');
    expect([error, attributes]).toEqual(['NOT_FOUND', { 'error.type': 'NOT_FOUND' }]);
  });

  it('links to what belongs to it, and leaves out what is no traceparent', () => {
    startSpan('batch', { links: [header, undefined, 'broken'] })?.end();
    expect(recording.only('batch').links).toEqual([`${traceId}/b7ad6b7169203331`]);
  });

  it('given work that no span was begun for, then steps of it have none, and calls its trace', async () => {
    const seen = await withTrace(undefined, async () => {
      await inSpan('step', () => ({}), work);
      startSpan('call')?.end();
      return currentTraceId();
    });
    expect(recording.spans().map(({ name }) => name)).toEqual(['call']);
    expect(recording.only('call').traceId).toBe(seen);
  });

  it('given a trace that goes on without a span, then its spans are children of the parent', async () => {
    await withTrace(header, async () => startSpan('call')?.end());
    expect(recording.only('call').parentSpanId).toBe('b7ad6b7169203331');
  });
});

describe('with a sampler', () => {
  const off = new ParentBasedSampler({ root: new AlwaysOffSampler() });
  let recording: Recording;
  beforeEach(() => void (recording = recordSpans(off)));
  afterEach(() => recording.stop());

  it('given a trace that it leaves out, then says so to those who go on', async () => {
    const root = started(startSpan('root', { parent: null }));
    expect(root.recorded).toBe(false);
    const seen = await endWith(root, () => inSpan('step', () => ({}), work));
    expect(seen).toBe(root.traceparent);
    expect(seen).toMatch(/-00$/);
    expect(withTrace(undefined, currentTraceparent)).toMatch(/-00$/);
    expect(recording.spans()).toEqual([]);
  });

  it('given a trace that was kept before, then keeps it', () => {
    startSpan('serve', { parent: header })?.end();
    expect(recording.only('serve').traceId).toBe(traceId);
  });
});
