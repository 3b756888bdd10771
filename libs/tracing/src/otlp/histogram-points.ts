import type { Attributes } from '@opentelemetry/api';
import type { Histogram } from '@opentelemetry/sdk-metrics';

interface HistogramValue {
  /** `x_bucket`, `x_sum` or `x_count`. */
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number | undefined>>;
  readonly value: number;
}

/**
 * The lines of a Prometheus histogram put together by their labels: its buckets, which count what is up to their
 * bound, become those of OpenTelemetry, which count what is between two.
 */
export function histogramPoints(
  values: readonly HistogramValue[],
): { readonly attributes: Attributes; readonly value: Histogram }[] {
  const series = new Map<string, Series>();
  for (const { metricName = '', labels, value } of values) {
    const { le, ...attributes } = labels;
    const key = JSON.stringify(Object.entries(attributes).sort());
    const one = series.get(key) ?? { attributes, buckets: [], sum: 0, count: 0 };
    series.set(key, one);
    if (metricName.endsWith('_bucket')) one.buckets.push([Number(le), value]);
    else if (metricName.endsWith('_sum')) one.sum = value;
    else one.count = value;
  }
  return [...series.values()].map(pointOf);
}

interface Series {
  readonly attributes: Attributes;
  /** Upper bound and what is up to it; the last, which has no bound, is the count. */
  readonly buckets: [bound: number, upTo: number][];
  sum: number;
  count: number;
}

function pointOf({ attributes, buckets, sum, count }: Series) {
  const bounded = buckets.filter(([bound]) => Number.isFinite(bound)).sort(([a], [b]) => a - b);
  const upTo = [...bounded.map(([, number]) => number), count];
  const counts = upTo.map((number, at) => number - (upTo[at - 1] ?? 0));
  const value = { buckets: { boundaries: bounded.map(([bound]) => bound), counts }, sum, count };
  return { attributes, value };
}
