import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

interface MetricOptions<Label extends string> {
  /** Snake case, unit last: `mesh_handler_duration_seconds`. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly Label[];
}

const registry = new Registry();
/** From half a millisecond, a hop at idle, to ten seconds, the longest deadline. */
const latencyBuckets = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/**
 * This process's metrics. A name that was made before gives the same metric again, so that a module
 * may be loaded twice in one process.
 */
export const metrics = {
  registry,
  counter<Label extends string = never>(options: MetricOptions<Label>): Counter<Label> {
    return (
      (registry.getSingleMetric(options.name) as Counter<Label> | undefined) ??
      new Counter({ ...common(options), registers: [registry] })
    );
  },
  /** `collect` is called at each scrape; it sets the gauge. */
  gauge<Label extends string = never>(
    options: MetricOptions<Label> & { collect?(gauge: Gauge<Label>): void | Promise<void> },
  ): Gauge<Label> {
    const found = registry.getSingleMetric(options.name) as Gauge<Label> | undefined;
    if (found !== undefined) return found;
    const gauge: Gauge<Label> = new Gauge({
      ...common(options),
      registers: [registry],
      ...(options.collect && { collect: () => options.collect?.(gauge) }),
    });
    return gauge;
  },
  /** Buckets in seconds, made for latencies. */
  histogram<Label extends string = never>(
    options: MetricOptions<Label> & { readonly buckets?: readonly number[] },
  ): Histogram<Label> {
    return (
      (registry.getSingleMetric(options.name) as Histogram<Label> | undefined) ??
      new Histogram({
        ...common(options),
        buckets: [...(options.buckets ?? latencyBuckets)],
        registers: [registry],
      })
    );
  },
  /** Adds memory, CPU, event loop and garbage collection of this process. Once. */
  collectProcess(): void {
    if (registry.getSingleMetric('process_cpu_seconds_total') === undefined) {
      collectDefaultMetrics({ register: registry });
    }
  },
};

function common<Label extends string>(options: MetricOptions<Label>) {
  return { name: options.name, help: options.help, labelNames: [...(options.labels ?? [])] };
}
