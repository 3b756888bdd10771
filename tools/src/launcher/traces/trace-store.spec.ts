import { expect, it } from 'vitest';
import type { SpanView } from './span-view.js';
import { TraceStore } from './trace-store.js';

const span = (trace: string, of: string, start = 1): SpanView => ({
  ...{ traceId: trace.repeat(32), spanId: of.repeat(16), name: 'work', kind: 'internal' },
  ...{ service: 'order', start, end: start + 1, attributes: {}, status: 'unset', links: [] },
});
const starts = (store: TraceStore, trace: string) =>
  store.get(trace.repeat(32))?.map(({ start }) => start);

it('gives the spans of a trace by their start, each once', () => {
  const store = new TraceStore();
  store.add([span('a', '1', 2), span('b', '1', 9), span('a', '2', 1)]);
  store.add([span('a', '1', 2)]);
  expect(starts(store, 'a')).toEqual([1, 2]);
  expect(starts(store, 'c')).toBeUndefined();
});

it('given too many traces, then forgets the one that was added to longest ago', () => {
  const store = new TraceStore({ maxTraces: 2 });
  store.add([span('a', '1'), span('b', '1'), span('a', '2'), span('c', '1')]);
  expect(['a', 'b', 'c'].map((trace) => starts(store, trace)?.length)).toEqual([2, undefined, 1]);
});

it('given too many spans in one, then leaves the later ones out', () => {
  const store = new TraceStore({ maxSpans: 2 });
  store.add([span('a', '1', 1), span('a', '2', 2), span('a', '3', 3)]);
  expect(starts(store, 'a')).toEqual([1, 2]);
});

it('given too many bytes, then forgets until it fits', () => {
  const store = new TraceStore({ maxBytes: 10_000 });
  const large = { ...span('a', '1'), attributes: { text: 'x'.repeat(3000) } };
  store.add([large, span('b', '1')]);
  store.add([{ ...large, traceId: 'c'.repeat(32) }]);
  expect(starts(store, 'a')).toBeUndefined();
  expect(store.size).toBe(2);
});
