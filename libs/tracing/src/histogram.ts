import { currentTraceparent } from './trace.js';
import { isRecording } from './span.js';

/** A trace in which a value was measured, for whoever asks what was slow. */
export interface Exemplar {
  readonly traceId: string;
  readonly spanId: string;
  readonly value: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** One line of a histogram. */
export interface HistogramValue {
  /** `x_bucket`, `x_sum` or `x_count`. */
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly exemplar?: Exemplar;
}

export interface HistogramOptions<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly Label[];
  readonly buckets: readonly number[];
}

/** What would have more series than this goes into one whose labels are all `other`. */
const MAX_SERIES = 1000;

/**
 * A histogram as prom-client has one, for paths where a measurement must cost nothing: a series is looked up
 * once (`with`), and then is a few additions; one in a trace that is recorded leaves its trace in its bucket.
 * However many values a label is given, its series are bounded.
 */
export class Histogram<Label extends string = never> {
  readonly type = 'histogram';
  readonly aggregator = 'sum';
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Label[];
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, Series>();

  constructor({ name, help, labels, buckets }: HistogramOptions<Label>) {
    this.name = name;
    this.help = help;
    this.labelNames = labels;
    this.#bounds = buckets;
    if (labels.length === 0) this.with({} as Readonly<Record<Label, string>>);
  }

  /** The series of these labels; to be kept where it is needed often. */
  with(labels: Readonly<Record<Label, string>>): Series {
    const key = this.labelNames.map((name) => labels[name]).join('\0');
    const found = this.#series.get(key);
    if (found !== undefined) return found;
    if (this.#series.size >= MAX_SERIES && this.labelNames.some((name) => labels[name] !== 'other'))
      return this.with(this.#others());
    const series = new Series(this.#bounds, { ...labels });
    this.#series.set(key, series);
    return series;
  }

  /** All series in the shape that prom-client reads from a metric. */
  async get() {
    const { name, help, type, aggregator } = this;
    const values = [...this.#series.values()].flatMap((series) => series.lines(name));
    return { name, help, type, aggregator, values };
  }

  /** Forgets all series and their counts, for tests. */
  reset(): void {
    this.#series.clear();
  }

  #others(): Readonly<Record<Label, string>> {
    const others = this.labelNames.map((name) => [name, 'other'] as const);
    return Object.fromEntries(others) as Record<Label, string>;
  }
}

/** The measurements of one combination of labels. */
export class Series {
  readonly #bounds: readonly number[];
  readonly #labels: Readonly<Record<string, string>>;
  /** In each bucket alone; the last has no bound. */
  readonly #counts: number[];
  readonly #exemplars: (Exemplar | undefined)[];
  #sum = 0;

  constructor(bounds: readonly number[], labels: Readonly<Record<string, string>>) {
    this.#bounds = bounds;
    this.#labels = labels;
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0);
    this.#exemplars = Array.from({ length: bounds.length + 1 }, () => undefined);
  }

  /** `traceparent` of a recorded span in which it was, or null. @default the running work, where it is recorded */
  observe(
    value: number,
    traceparent: string | null = isRecording() ? currentTraceparent() : null,
  ): void {
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]!) bucket += 1;
    this.#counts[bucket]! += 1;
    this.#sum += value;
    if (traceparent === null) return;
    const [, traceId, spanId] = traceparent.split('-');
    if (traceId === undefined || spanId === undefined) return;
    this.#exemplars[bucket] = { traceId, spanId, value, at: Date.now() };
  }

  /** As Prometheus has them: each bucket counts what is up to its bound. */
  lines(name: string): HistogramValue[] {
    const labels = this.#labels;
    let upTo = 0;
    const buckets = this.#counts.map((count, at) => {
      upTo += count;
      const exemplar = this.#exemplars[at];
      return {
        metricName: `${name}_bucket`,
        labels: { ...labels, le: this.#bounds[at] ?? '+Inf' },
        value: upTo,
        ...(exemplar && { exemplar }),
      };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: this.#sum },
      { metricName: `${name}_count`, labels, value: upTo },
    ];
  }
}

/** Seconds since a `performance.now()`. */
export function secondsSince(startMs: number): number {
  return (performance.now() - startMs) / 1000;
}
