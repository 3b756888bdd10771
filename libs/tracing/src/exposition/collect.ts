import type { Registry } from 'prom-client';
import type { Exemplar } from '../histogram.js';

/** One line of a metric. */
export interface CollectedValue {
  /** Where it is another than that of the metric: of a part of a histogram. */
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number | undefined>>;
  readonly value: number;
  /** Null where a histogram is prom-client's own. */
  readonly exemplar?: Exemplar | null;
}

/** A metric with its values at one moment. */
export interface CollectedMetric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values: readonly CollectedValue[];
}

/** Says of a collection which metrics could not be read. */
const FAILED = {
  name: 'mesh_metrics_failed',
  help: 'Metrics that could not be read for this scrape, which is without them: their source is down or takes too long',
  labels: ['metric'],
  type: 'gauge',
} as const;

export interface CollectorOptions {
  /** A metric that takes longer is left out. */
  readonly limitMs: number;
  /** Metrics that say after they were read that values are missing. */
  readonly failing: ReadonlySet<string>;
}

/**
 * Reads all metrics of a registry at once. However many ask, one collection is under way. What a metric can
 * not read, or not in time, is left out, and the metric named by `mesh_metrics_failed`; one that still takes
 * too long is not asked again meanwhile. Never rejects.
 */
export class Collector {
  static readonly described = FAILED;
  readonly #registry: Registry;
  readonly #options: CollectorOptions;
  readonly #late = new Set<string>();
  #underWay: Promise<CollectedMetric[]> | undefined;

  constructor(registry: Registry, options: CollectorOptions) {
    this.#registry = registry;
    this.#options = options;
  }

  collect(): Promise<readonly CollectedMetric[]> {
    this.#underWay ??= this.#collect().finally(() => (this.#underWay = undefined));
    return this.#underWay;
  }

  async #collect(): Promise<CollectedMetric[]> {
    const metrics = this.#registry.getMetricsAsArray() as unknown as readonly Readable[];
    const failed: string[] = [];
    const read = metrics.map(async (metric) => {
      const values = await this.#read(metric);
      if (values === undefined || this.#options.failing.has(metric.name)) failed.push(metric.name);
      const { name, help, type } = metric;
      return { name, help, type, values: values ?? [] };
    });
    const collected = await Promise.all(read);
    const values = failed.map((metric) => ({ labels: { metric }, value: 1 }));
    const { name, help, type } = FAILED;
    return [...collected, { name, help, type, values }];
  }

  /** Undefined when it can not be read. */
  async #read(metric: Readable): Promise<readonly CollectedValue[] | undefined> {
    if (this.#late.has(metric.name)) return undefined;
    const { promise: late, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => {
      this.#late.add(metric.name);
      resolve(undefined);
    }, this.#options.limitMs);
    const reading = Promise.resolve()
      .then(() => metric.get())
      .then(
        // The metric goes on with its own.
        ({ values }) => values.map((value) => ({ ...value })),
        () => undefined,
      )
      .finally(() => {
        clearTimeout(timer);
        this.#late.delete(metric.name);
      });
    return Promise.race([reading, late]);
  }
}

/** As metrics of prom-client are. */
interface Readable {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  get(): Promise<{ readonly values: readonly CollectedValue[] }>;
}
