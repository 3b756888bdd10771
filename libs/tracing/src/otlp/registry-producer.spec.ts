import { DataPointType } from '@opentelemetry/sdk-metrics';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { beforeEach, describe, expect, it } from 'vitest';
import { Collector } from '../exposition/collect.js';
import { registryProducer } from './registry-producer.js';

describe('registryProducer', () => {
  let registry: Registry;
  const sourceWithin = (limitMs: number) =>
    new Collector(registry, { limitMs, failing: new Set() });
  const collect = async (source = sourceWithin(1000)) => {
    const { resourceMetrics } = await registryProducer(source).collect();
    return { metrics: resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics) };
  };
  const options = (name: string) => ({ name, help: 'Help', registers: [registry] });
  beforeEach(() => {
    registry = new Registry();
  });

  it('gives a counter as a monotonic sum since the process started', async () => {
    const counter = new Counter({ ...options('work_bytes_total'), labelNames: ['kind'] });
    counter.inc({ kind: 'a' }, 2);
    counter.inc({ kind: 'b' });
    const [metric] = (await collect()).metrics;
    expect(metric).toMatchObject({
      descriptor: { name: 'work_bytes_total', description: 'Help', unit: 'By' },
      ...{ dataPointType: DataPointType.SUM, isMonotonic: true, aggregationTemporality: 1 },
      dataPoints: [
        { attributes: { kind: 'a' }, value: 2 },
        { attributes: { kind: 'b' }, value: 1 },
      ],
    });
    const [{ startTime, endTime } = { startTime: [0, 0], endTime: [0, 0] }] = metric!.dataPoints;
    expect(startTime[0]).toBe(Math.floor(performance.timeOrigin / 1000));
    expect(endTime[0]).toBeGreaterThanOrEqual(startTime[0]!);
  });

  it('gives a gauge as it is when it is collected, without what is no number', async () => {
    let depth = 0;
    const gauge: Gauge = new Gauge({ ...options('depth'), collect: () => gauge.set(++depth) });
    new Gauge(options('delay_seconds')).set(NaN);
    await collect();
    const { metrics } = await collect();
    expect(metrics.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints])).toEqual([
      ['depth', [expect.objectContaining({ value: 2 })]],
      ['delay_seconds', []],
    ]);
  });

  it('gives a histogram with its bounds, and counts between them', async () => {
    const labels = { labelNames: ['route'], buckets: [0.1, 1] };
    const histogram = new Histogram({ ...options('took_seconds'), ...labels });
    for (const seconds of [0.05, 0.1, 0.5, 2, 3]) histogram.observe({ route: '/a' }, seconds);
    histogram.observe({ route: '/b' }, 0.2);
    const [metric] = (await collect()).metrics;
    expect(metric).toMatchObject({
      descriptor: { name: 'took_seconds', unit: 's' },
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints: [
        {
          attributes: { route: '/a' },
          value: { buckets: { boundaries: [0.1, 1], counts: [2, 1, 2] }, sum: 5.65, count: 5 },
        },
        { attributes: { route: '/b' }, value: { buckets: { counts: [0, 1, 0] }, count: 1 } },
      ],
    });
  });

  it('given a metric that fails and one that is late, then the others are there, and these are named', async () => {
    new Counter(options('good_total')).inc();
    const fail = () => Promise.reject(new Error('no database'));
    new Gauge({ ...options('failing'), collect: fail });
    new Gauge({ ...options('late'), collect: () => new Promise<void>(() => undefined) });
    const { metrics } = await collect(sourceWithin(20));
    expect(metrics.map(({ descriptor }) => descriptor.name)).toEqual([
      'good_total',
      'mesh_metrics_failed',
    ]);
    expect(metrics[1]?.dataPoints.map(({ attributes }) => attributes)).toEqual([
      { metric: 'failing' },
      { metric: 'late' },
    ]);
  });

  it('given one who scrapes meanwhile, then both are given one collection', async () => {
    let reads = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    new Gauge({ ...options('lag'), collect: () => (reads++, promise) });
    const source = sourceWithin(1000);
    const both = Promise.all([source.collect(), collect(source)]);
    resolve();
    await both;
    expect(reads).toBe(1);
  });
});
