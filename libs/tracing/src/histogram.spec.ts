import { describe, expect, test } from 'vitest';
import { Histogram } from './histogram.js';
import { startSpan } from './span.js';
import { withTrace } from './trace.js';
import { recordSpans } from './testing/index.js';

const histogram = () =>
  new Histogram({ name: 'x_seconds', help: 'x', labels: ['route'], buckets: [0.1, 1] });
const linesOf = async (one: Histogram<'route'>) =>
  (await one.get()).values.map(({ metricName, labels, value }) => [
    metricName,
    labels['route'],
    labels['le'],
    value,
  ]);
const trace = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

describe('Histogram', () => {
  test('given measurements, when read, then each bucket counts what is up to its bound', async () => {
    const one = histogram();
    const series = one.with({ route: '/a' });
    for (const seconds of [0.1, 0.5, 3]) series.observe(seconds);
    expect(await linesOf(one)).toEqual([
      ['x_seconds_bucket', '/a', 0.1, 1],
      ['x_seconds_bucket', '/a', 1, 2],
      ['x_seconds_bucket', '/a', '+Inf', 3],
      ['x_seconds_sum', '/a', undefined, 3.6],
      ['x_seconds_count', '/a', undefined, 3],
    ]);
  });

  test('given the same labels, when looked up again, then is the same series', () => {
    const one = histogram();
    expect(one.with({ route: '/a' })).toBe(one.with({ route: '/a' }));
    expect(one.with({ route: '/a' })).not.toBe(one.with({ route: '/b' }));
  });

  test('given a label with ever new values, when measured, then what is too much is other', async () => {
    const one = histogram();
    for (let n = 0; n < 3000; n++) one.with({ route: `/jobs/${n}` }).observe(1);
    const counts = (await one.get()).values.filter(({ metricName }) =>
      metricName.endsWith('_count'),
    );
    expect(counts).toHaveLength(1001);
    expect(counts.find(({ labels }) => labels['route'] === 'other')?.value).toBe(2000);
  });

  test('given a recorded span, when measured in it, then its bucket bears its trace', async () => {
    const spans = recordSpans();
    const one = histogram();
    startSpan('work', { parent: trace })?.run(() => one.with({ route: '/a' }).observe(0.5));
    spans.stop();
    const exemplars = (await one.get()).values.map(({ exemplar }) => exemplar?.traceId);
    expect(exemplars).toEqual([undefined, 'a'.repeat(32), undefined, undefined, undefined]);
  });

  test('given no tracing, when measured in a trace, then nothing bears it', async () => {
    const one = histogram();
    withTrace(trace, () => one.with({ route: '/a' }).observe(0.5));
    expect((await one.get()).values.some(({ exemplar }) => exemplar)).toBe(false);
  });
});
