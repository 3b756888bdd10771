import { ValueType, type Attributes, type HrTime } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  DataPointType,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import type { CollectedMetric } from '../exposition/collect.js';
import { histogramPoints } from './histogram-points.js';

/** Names have their unit last, counters before `_total`. */
const units: readonly (readonly [RegExp, string])[] = [
  [/_seconds(_total)?$/, 's'],
  [/_milliseconds(_total)?$/, 'ms'],
  [/_bytes(_total)?$/, 'By'],
  [/_ratio$/, '1'],
];

/** Where metrics are collected, for whoever asks. */
export interface MetricSource {
  /** Never rejects. */
  collect(): Promise<readonly CollectedMetric[]>;
}

/**
 * The metrics of a Prometheus registry as those of OpenTelemetry: under the same names, counters and histograms
 * cumulative since this process started. What could not be read is named by the source, as for every other
 * reader. Summaries are not known here.
 */
export function registryProducer(source: MetricSource): MetricProducer {
  const startTime = hrTime(performance.timeOrigin);
  return {
    async collect() {
      const families = await source.collect();
      const time = { startTime, endTime: hrTime(Date.now()) };
      const metrics = families.flatMap((family) => metricData(family, time) ?? []);
      const scopeMetrics = metrics.length === 0 ? [] : [{ scope: { name: 'mesh' }, metrics }];
      return { resourceMetrics: { resource: emptyResource(), scopeMetrics }, errors: [] };
    },
  };
}

function metricData(
  { name, help, type, values }: CollectedMetric,
  time: { readonly startTime: HrTime; readonly endTime: HrTime },
): MetricData | undefined {
  if (values.length === 0) return undefined;
  const unit = units.find(([suffix]) => suffix.test(name))?.[1] ?? '';
  const common = {
    descriptor: { name, description: help, unit, valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
  const points = () =>
    values
      .filter(({ value }) => Number.isFinite(value))
      .map(({ labels, value }) => ({ ...time, attributes: labels as Attributes, value }));
  switch (type) {
    case 'counter':
      return {
        ...common,
        dataPointType: DataPointType.SUM,
        isMonotonic: true,
        dataPoints: points(),
      };
    case 'gauge':
      return { ...common, dataPointType: DataPointType.GAUGE, dataPoints: points() };
    case 'histogram': {
      const dataPoints = histogramPoints(values).map((point) => ({ ...time, ...point }));
      return { ...common, dataPointType: DataPointType.HISTOGRAM, dataPoints };
    }
    default:
      return undefined;
  }
}

function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}
