import { percentile } from './percentile.js';
import { plotBars } from './plot.js';
import { printTable } from './table.js';

/** What one run of a variant took. */
export interface Sample {
  readonly perSecond: number;
  /** CPU time of this process, not of the servers. */
  readonly cpuMicros: number;
}

export interface Variant {
  readonly name: string;
  run(): Promise<Sample>;
}

/** Starts to count; the result is called with the number of events when they are done. */
export function stopwatch(): (events: number) => Sample {
  const from = performance.now();
  const cpuFrom = process.cpuUsage();
  return (events) => {
    const { user, system } = process.cpuUsage(cpuFrom);
    return {
      perSecond: (events / (performance.now() - from)) * 1000,
      cpuMicros: (user + system) / events,
    };
  };
}

export interface Comparison {
  readonly title: string;
  readonly rounds: number;
  /** The first is what the others are measured against. */
  readonly variants: readonly Variant[];
}

/**
 * Runs the variants by turns, in the other order each round, after a round to warm up, and prints
 * rates with their ratios: each of a round against the first variant's of the same round. Saves a plot.
 */
export async function compare({ title, rounds, variants }: Comparison): Promise<void> {
  const samples = new Map<Variant, Sample[]>(variants.map((variant) => [variant, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const variant of round % 2 === 0 ? variants : variants.toReversed()) {
      const sample = await variant.run();
      if (round > 0) samples.get(variant)?.push(sample);
    }
  }
  const base = [...samples.values()][0] ?? [];
  const rows = [...samples].map(([{ name }, taken]) => {
    const ratios = taken.map(({ perSecond }, n) => perSecond / (base[n]?.perSecond ?? NaN));
    const rate = median(taken.map(({ perSecond }) => perSecond));
    return [
      name,
      rate.toFixed(0),
      median(taken.map(({ cpuMicros }) => cpuMicros)).toFixed(1),
      ...(taken === base ? ['', ''] : [percent(median(ratios)), rangeOf(ratios)]),
    ];
  });
  printTable(title, [['', 'events/s', 'CPU µs each', 'ratio', 'range'], ...rows]);
  const bars = [...samples].map(([{ name }, taken]) => ({
    name,
    value: median(taken.map(({ perSecond }) => perSecond)),
  }));
  await plotBars(title, 'events/s', bars);
}

function median(sample: readonly number[]): number {
  return percentile(sample, 0.5);
}

function rangeOf(ratios: readonly number[]): string {
  return `${percent(Math.min(...ratios))} to ${percent(Math.max(...ratios))}`;
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(ratio < 0.1 ? 1 : 0)}%`;
}
