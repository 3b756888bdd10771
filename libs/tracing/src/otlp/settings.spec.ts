import { describe, expect, it } from 'vitest';
import { batchSettings, intervalSettings, settingFaults, wantedSignals } from './settings.js';

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };

describe('wantedSignals', () => {
  it.each([
    ['nothing', {}, []],
    ['an empty endpoint', { OTEL_EXPORTER_OTLP_ENDPOINT: '' }, []],
    ['an endpoint', endpoint, ['traces', 'metrics', 'logs']],
    ['all disabled', { ...endpoint, OTEL_SDK_DISABLED: 'TRUE' }, []],
    ['no metrics', { ...endpoint, OTEL_METRICS_EXPORTER: 'none' }, ['traces', 'logs']],
    ['scraped alone', { ...endpoint, OTEL_METRICS_EXPORTER: 'prometheus' }, ['traces', 'logs']],
    [
      'scraped too',
      { ...endpoint, OTEL_METRICS_EXPORTER: 'prometheus, otlp' },
      ['traces', 'metrics', 'logs'],
    ],
    ['no logs', { ...endpoint, OTEL_LOGS_EXPORTER: 'none' }, ['traces', 'metrics']],
    ['logs alone', { OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://127.0.0.1/in' }, ['logs']],
  ])('given %s, then those', (_, env, signals) => {
    expect(wantedSignals(env)).toEqual(signals);
  });
});

it('tells what is asked for and not done', () => {
  expect(
    settingFaults({ OTEL_TRACES_EXPORTER: 'zipkin', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }),
  ).toEqual([
    'OTEL_TRACES_EXPORTER is "zipkin", expected otlp or none',
    'OTEL_EXPORTER_OTLP_PROTOCOL is "grpc", but http/json is sent: the endpoint has to be the ' +
      "collector's port for HTTP, mostly 4318",
  ]);
  expect(settingFaults({ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' })).toEqual([]);
});

it.each([
  [{}, 60_000, 30_000],
  [{ OTEL_METRIC_EXPORT_INTERVAL: '5000' }, 5000, 5000],
  [{ OTEL_METRIC_EXPORT_INTERVAL: 'soon', OTEL_METRIC_EXPORT_TIMEOUT: '10' }, 60_000, 10],
])('given %j, then metrics are sent every %i ms, each within %i', (env, interval, timeout) => {
  expect(intervalSettings(env)).toEqual({
    exportIntervalMillis: interval,
    exportTimeoutMillis: timeout,
  });
});

it('takes the bounds of a queue, where they are numbers', () => {
  const env = { OTEL_BLRP_MAX_QUEUE_SIZE: '10', OTEL_BLRP_SCHEDULE_DELAY: '-1' };
  expect(batchSettings('BLRP', env)).toEqual({ maxQueueSize: 10 });
});
