import { collectDefaultMetrics, Counter, Gauge, Registry, type Metric } from 'prom-client';
import { readEventLoopInWindows } from './event-loop.js';
import { Collector, type CollectedMetric } from './exposition/collect.js';
import { expositionFor } from './exposition/render.js';
import { Histogram } from './histogram.js';

interface MetricOptions<Label extends string> {
  /** Snake case, unit last: `mesh_handler_duration_seconds`. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly Label[];
}

const registry = new Registry();
/** Gauges that could not be read at the last collection. */
const failing = new Set<string>();
const collector = new Collector(registry, { limitMs: 3000, failing });
/** From half a millisecond, a hop at idle, to ten seconds, the longest deadline. */
const latencyBuckets = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** A metric that this process registers, as the catalog of metrics has it. */
export interface DescribedMetric {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  readonly help: string;
}

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
  /**
   * `collect` is called at each scrape; it sets the gauge anew, which has no values before. What it throws says
   * that what it did not set is not known. What it has asked of others is good for a second.
   */
  gauge<Label extends string = never>(
    options: MetricOptions<Label> & { collect?(gauge: Gauge<Label>): void | Promise<void> },
  ): Gauge<Label> {
    const found = registry.getSingleMetric(options.name) as Gauge<Label> | undefined;
    if (found !== undefined) return found;
    const gauge: Gauge<Label> = new Gauge({
      ...common(options),
      registers: [registry],
      ...(options.collect && { collect: renewer(() => gauge, options) }),
    });
    return gauge;
  },
  /** Buckets in seconds, made for latencies. */
  histogram<Label extends string = never>(
    options: MetricOptions<Label> & { readonly buckets?: readonly number[] },
  ): Histogram<Label> {
    const found = registry.getSingleMetric(options.name) as unknown as Histogram<Label> | undefined;
    if (found !== undefined) return found;
    const { name, help, labels = [], buckets = latencyBuckets } = options;
    const histogram = new Histogram<Label>({ name, help, labels, buckets });
    registry.registerMetric(histogram as unknown as Metric);
    return histogram;
  },
  /** All metrics with their values, shared by those who ask at once. Never rejects. */
  collect(): Promise<readonly CollectedMetric[]> {
    return collector.collect();
  },
  /** What a scraper with this `Accept` header is answered. Never rejects. */
  async scrape(accept?: string): Promise<{ readonly contentType: string; readonly body: string }> {
    const { contentType, render } = expositionFor(accept);
    return { contentType, body: render(await collector.collect()) };
  },
  /** All that is registered, by name; what has no value yet is there too. */
  describe(): readonly DescribedMetric[] {
    const { name, type, labels, help } = Collector.described;
    const registered = registry.getMetricsAsArray() as unknown as readonly Registered[];
    return registered
      .map(({ name, type, labelNames, help }) => ({ name, type, labels: [...labelNames], help }))
      .concat({ name, type, labels: [...labels], help })
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  },
  /** Adds memory, CPU, event loop and garbage collection of this process. Once. */
  collectProcess(): void {
    if (registry.getSingleMetric('process_cpu_seconds_total') === undefined) {
      collectDefaultMetrics({ register: registry });
      readEventLoopInWindows(registry);
    }
  },
};

/** As metrics of prom-client are. */
interface Registered {
  readonly name: string;
  readonly type: string;
  readonly labelNames: readonly string[];
  readonly help: string;
}

/** However many scrape: what a gauge asks of a database or a broker is asked once in so long. */
const FRESH_MS = 1000;

function renewer<Label extends string>(
  gauge: () => Gauge<Label>,
  { name, labels, collect }: Parameters<typeof metrics.gauge<Label>>[0],
): () => void | Promise<void> {
  let asked: { readonly at: number; readonly answered: Promise<void> } | undefined;
  return () => {
    if (asked !== undefined && performance.now() - asked.at < FRESH_MS) return asked.answered;
    const own = gauge();
    own.reset();
    // One without labels would have 0.
    if (labels === undefined) own.remove();
    failing.delete(name);
    try {
      const answered = collect?.(own)?.catch(() => void failing.add(name));
      asked = answered && { at: performance.now(), answered };
      return answered;
    } catch {
      failing.add(name);
    }
  };
}

function common<Label extends string>(options: MetricOptions<Label>) {
  return { name: options.name, help: options.help, labelNames: [...(options.labels ?? [])] };
}
