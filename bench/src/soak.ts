import { setTimeout as pause } from 'node:timers/promises';
import { openContenders } from './contenders/open.js';
import { Flow } from './flow.js';
import type { BenchOptions } from './options.js';
import { percentile } from './percentile.js';
import { plotLines, type Point } from './plot.js';
import { Servers } from './servers.js';
import { printTable } from './table.js';

/** Of the top rate. */
const SHARE = 0.7;
/** How long the top rate is looked for. */
const TOP_MS = 20_000;
/** Appended and not handled at most while looking for it. */
const AHEAD = 500;
const TICK_MS = 100;
const SAMPLE_EVERY_MS = 5000;
const MiB = 1024 * 1024;

interface Sample {
  readonly minutes: number;
  readonly rss: number;
  readonly heap: number;
  readonly waiting: number;
}

/** Memory of one service at 70% of what it can do, for so many minutes. */
export async function soak({ transports, minutes }: BenchOptions): Promise<void> {
  await Servers.use(async (servers) => {
    for (const name of transports.filter((name) => name !== 'amqp')) {
      const { transport } = await openContenders(name, servers);
      const flow = await Flow.open(await servers.pool(`soak_${name}`), transport);
      const top = await topRateOf(flow);
      console.log(`${name}: ${top.toFixed(0)} events/s at the top; ${minutes} minutes at 70%`);
      const samples = await run(flow, top * SHARE, minutes * 60_000);
      await flow.close();
      await report(`soak, ${name}: ${minutes} minutes at 70%`, samples);
    }
  });
}

async function topRateOf(flow: Flow): Promise<number> {
  const from = performance.now();
  while (performance.now() - from < TOP_MS) {
    if (flow.appended - flow.handled < AHEAD) await flow.append(100);
    else await pause(5);
  }
  const rate = (flow.handled / (performance.now() - from)) * 1000;
  while (flow.handled < flow.appended) await pause(5);
  return rate;
}

async function run(flow: Flow, perSecond: number, forMs: number): Promise<Sample[]> {
  const from = performance.now();
  const before = flow.appended;
  const samples: Sample[] = [];
  for (let at = 0; at < forMs; at = performance.now() - from) {
    const due = before + (at / 1000) * perSecond;
    await flow.append(Math.max(0, Math.floor(due - flow.appended)));
    if (at >= samples.length * SAMPLE_EVERY_MS) {
      const { rss, heapUsed } = process.memoryUsage();
      const waiting = flow.appended - flow.handled;
      samples.push({ minutes: at / 60_000, rss: rss / MiB, heap: heapUsed / MiB, waiting });
      if (samples.length % 12 === 0)
        console.log(`  minute ${(at / 60_000).toFixed(0)}: ${(rss / MiB).toFixed(0)} MiB`);
    }
    await pause(TICK_MS);
  }
  return samples;
}

/** The first quarter warms up; a curve is flat when the last quarter is where the second was. */
async function report(title: string, samples: readonly Sample[]): Promise<void> {
  const quarter = (n: number) =>
    samples.slice((samples.length * (n - 1)) / 4, (samples.length * n) / 4);
  const rows = ([2, 3, 4] as const).map((n) => {
    const of = (field: 'rss' | 'heap' | 'waiting') =>
      percentile(
        quarter(n).map((sample) => sample[field]),
        0.5,
      ).toFixed(0);
    return [`quarter ${n}`, of('rss'), of('heap'), of('waiting')];
  });
  printTable(title, [['medians', 'RSS MiB', 'heap MiB', 'waiting'], ...rows]);
  const points = samples.flatMap(({ minutes: x, rss, heap }): Point[] => [
    { series: 'RSS', x, y: rss },
    { series: 'heap', x, y: heap },
  ]);
  await plotLines(title, { x: 'minutes', y: 'MiB' }, points);
}
