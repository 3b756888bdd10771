import { Histogram } from 'prom-client';
import { expect, test } from 'vitest';
import { metrics } from '../metrics.js';

test.each(['application/openmetrics-text; version=1.0.0', 'text/plain'])(
  'given histograms of prom-client, when scraped as %s, then they are there with their labels',
  async (accept) => {
    const registers = [metrics.registry];
    registers[0]?.removeSingleMetric('gc_seconds');
    const histogram = new Histogram({
      ...{ name: 'gc_seconds', help: 'x', labelNames: ['kind'], buckets: [1], registers },
    });
    histogram.observe({ kind: 'minor' }, 0.5);
    const { body } = await metrics.scrape(accept);
    expect(body.split('\n').filter((line) => line.startsWith('gc_seconds'))).toEqual([
      'gc_seconds_bucket{le="1",kind="minor"} 1',
      'gc_seconds_bucket{le="+Inf",kind="minor"} 1',
      'gc_seconds_sum{kind="minor"} 0.5',
      'gc_seconds_count{kind="minor"} 1',
    ]);
  },
);
