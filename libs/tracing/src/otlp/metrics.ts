import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { metrics } from '../metrics.js';
import { registryProducer } from './registry-producer.js';
import type { SignalOptions, StopSignal } from './sdk.js';
import { intervalSettings } from './settings.js';
import { told } from './told.js';

/** Sends at an interval what `/metrics` has: each number is counted once, and read once for those who ask at once. */
export function startMetrics({ env, resource, teller }: SignalOptions): StopSignal {
  const settings = intervalSettings(env);
  const reader = new PeriodicExportingMetricReader({
    exporter: told('metrics', new OTLPMetricExporter(), teller),
    metricProducers: [registryProducer(metrics)],
    ...settings,
  });
  const provider = new MeterProvider({ resource, readers: [reader] });
  return () => provider.shutdown();
}
