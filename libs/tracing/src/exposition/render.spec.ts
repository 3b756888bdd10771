import { describe, expect, test } from 'vitest';
import type { CollectedMetric } from './collect.js';
import { expositionFor } from './render.js';

const exemplar = {
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  value: 0.25,
  at: 1_700_000_000_123,
};
const collected: readonly CollectedMetric[] = [
  {
    name: 'x_total',
    help: 'x',
    type: 'counter',
    values: [{ labels: { a: 'say "\\"\n' }, value: 1 }],
  },
  {
    name: 'y',
    help: 'two\nlines',
    type: 'gauge',
    values: [
      { labels: {}, value: NaN },
      { labels: { a: '' }, value: Infinity },
    ],
  },
  {
    name: 'z_seconds',
    help: 'z',
    type: 'histogram',
    values: [
      { metricName: 'z_seconds_bucket', labels: { le: 1 }, value: 1, exemplar },
      { metricName: 'z_seconds_sum', labels: {}, value: 0.25, exemplar: null },
    ],
  },
];

describe('expositionFor', () => {
  test('given a scraper of Prometheus text, then has no exemplars', () => {
    const { contentType, render } = expositionFor('text/plain;version=0.0.4;q=0.5,*/*;q=0.1');
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(render(collected)).toBe(`# HELP x_total x
# TYPE x_total counter
x_total{a="say \\"\\\\\\"\\n"} 1
# HELP y two\\nlines
# TYPE y gauge
y NaN
y{a=""} +Inf
# HELP z_seconds z
# TYPE z_seconds histogram
z_seconds_bucket{le="1"} 1
z_seconds_sum 0.25
`);
  });

  test('given a scraper of OpenMetrics, then has exemplars, and counters by its rules', () => {
    const accept = 'application/openmetrics-text;version=1.0.0;q=0.6,text/plain;q=0.3';
    const { contentType, render } = expositionFor(accept);
    expect(contentType).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    const text = render(collected);
    expect(text).toContain('# TYPE x counter\nx_total{a="say \\"\\\\\\"\\n"} 1\n');
    expect(text).toContain(
      `z_seconds_bucket{le="1"} 1 # {trace_id="${'a'.repeat(32)}",span_id="${'b'.repeat(16)}"} 0.25 1700000000.123\n`,
    );
    expect(text.endsWith('\n# EOF\n')).toBe(true);
  });

  test.each([undefined, '', '*/*', 'application/openmetrics-text;q=0'])(
    'given a scraper that accepts %j, then is text',
    (accept) => {
      expect(expositionFor(accept).contentType).toMatch(/^text\/plain/);
    },
  );
});
