import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from './logger.js';
import { metrics } from './metrics.js';
import { isTracing, startSpan } from './span.js';
import { startTelemetry, type Telemetry } from './start-telemetry.js';
import { startCollector, valuesOf, type Collector } from './testing/collector.js';

const quick = {
  OTEL_BSP_SCHEDULE_DELAY: '10',
  OTEL_BLRP_SCHEDULE_DELAY: '10',
  OTEL_METRIC_EXPORT_INTERVAL: '20',
};

describe('startTelemetry', () => {
  let collector: Collector;
  let telemetry: Telemetry | undefined;
  const log = { warn: vi.fn(), info: vi.fn() };
  const start = async (env: Record<string, string> = {}) => {
    // The SDK's exporters read the environment by themselves.
    const all = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...quick, ...env };
    for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value);
    telemetry = await startTelemetry({ service: 'job', env: all, log: log as never });
  };

  beforeEach(async () => {
    log.warn.mockClear();
    log.info.mockClear();
    collector = await startCollector();
  });
  afterEach(async () => {
    await telemetry?.stop();
    telemetry = undefined;
    vi.unstubAllEnvs();
    await collector.close();
  });

  it.each([
    ['no collector', { OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
    ['telemetry that is disabled', { OTEL_SDK_DISABLED: 'true' }],
  ])('given %s, then does nothing', async (_, env) => {
    await start(env);
    expect([telemetry, isTracing()]).toEqual([undefined, false]);
  });

  it('given one signal that is not wanted, then sends the others alone', async () => {
    await start({ OTEL_TRACES_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' });
    metrics.counter({ name: 'test_alone_total', help: 'Test' }).inc();
    expect(startSpan('work')).toBeUndefined();
    createLogger('job').info('A line');
    await vi.waitFor(() => expect(collector.metrics()).not.toEqual([]));
    await telemetry?.stop();
    expect([collector.spans(), collector.logs()]).toEqual([[], []]);
  });

  it('sends who it is, with the headers that it was given', async () => {
    await start({
      OTEL_SERVICE_NAME: 'jobs',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=a%20b,broken',
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=swordfish',
    });
    startSpan('work')?.end();
    await vi.waitFor(() => expect(collector.spans()).toEqual(['work']));
    expect(collector.resource()).toMatchObject({
      'service.name': 'jobs',
      'deployment.environment.name': 'a b',
      'telemetry.sdk.language': 'nodejs',
    });
    expect(collector.asked[0]?.headers['api-key']).toBe('swordfish');
  });

  it('sends the numbers that are at /metrics, under their names', async () => {
    const counter = metrics.counter({ name: 'test_sent_total', help: 'Test', labels: ['kind'] });
    const took = metrics.histogram({ name: 'test_took_seconds', help: 'Test', buckets: [1] });
    counter.inc({ kind: 'a' }, 3);
    took.with({}).observe(0.5);
    await start();
    const metric = (name: string) => collector.metrics().findLast((one) => one['name'] === name);
    await vi.waitFor(() => expect(metric('test_took_seconds')).toBeDefined());
    expect(metric('test_sent_total')).toMatchObject({
      sum: {
        ...{ aggregationTemporality: 2, isMonotonic: true },
        dataPoints: [{ asDouble: 3, attributes: [{ key: 'kind', value: { stringValue: 'a' } }] }],
      },
    });
    expect(metric('test_took_seconds')).toMatchObject({
      unit: 's',
      histogram: {
        dataPoints: [{ count: 1, sum: 0.5, bucketCounts: [1, 0], explicitBounds: [1] }],
      },
    });
    counter.inc({ kind: 'a' });
    await vi.waitFor(() =>
      expect(metric('test_sent_total')).toMatchObject({ sum: { dataPoints: [{ asDouble: 4 }] } }),
    );
  });

  it('sends log lines as records of their span', async () => {
    await start();
    const job = createLogger('job', { secrets: ['swordfish'] });
    const span = startSpan('work');
    const err = Object.assign(new Error('no swordfish'), { code: 'E_FISH' });
    span?.run(() => job.error({ err, jobId: 'o-1', data: { card: '4111' } }, 'Failed'));
    span?.end();
    await vi.waitFor(() => expect(collector.logs()).toHaveLength(1));
    const [record] = collector.logs();
    const [, traceId, spanId] = span!.traceparent.split('-');
    expect(record).toMatchObject({
      ...{ severityText: 'error', severityNumber: 17, traceId, spanId },
      body: { stringValue: 'Failed' },
    });
    expect(valuesOf(record!.attributes)).toEqual({
      ...{ jobId: 'o-1', data: '***', 'error.code': 'E_FISH' },
      ...{ 'exception.type': 'Error', 'exception.message': 'no ***' },
      'exception.stacktrace': expect.stringContaining('Error: no ***'),
    });
  });

  it('sends what is left when it is stopped, and records nothing after that', async () => {
    const never = '60000';
    await start({
      ...{ OTEL_BSP_SCHEDULE_DELAY: never, OTEL_BLRP_SCHEDULE_DELAY: never },
      OTEL_METRIC_EXPORT_INTERVAL: never,
    });
    metrics.counter({ name: 'test_last_total', help: 'Test' }).inc();
    createLogger('job').info('Last line');
    startSpan('last')?.end();
    await telemetry?.stop();
    expect(collector.spans()).toEqual(['last']);
    expect(collector.logs().map(({ body }) => body.stringValue)).toEqual(['Last line']);
    expect(collector.metrics().map(({ name }) => name)).toContain('test_last_total');
    expect(startSpan('later')).toBeUndefined();
  });

  it('given a wrong variable, then says so and goes on', async () => {
    await start({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_TRACES_SAMPLER: 'some' });
    expect(log.warn.mock.calls.map(([, message]) => message as string)).toEqual([
      'A variable of telemetry is not valid',
      'A variable of telemetry is not valid',
    ]);
    startSpan('work')?.end();
    await vi.waitFor(() => expect(collector.spans()).toEqual(['work']));
  });
});
