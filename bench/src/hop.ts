import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from '@mesh/messaging';
import type { Contender } from './contenders/contender.js';
import { openContenders } from './contenders/open.js';
import type { BenchOptions } from './options.js';
import { percentile } from './percentile.js';
import { plotBars, type Bar } from './plot.js';
import { messageOf, sampleEntries } from './sample-events.js';
import { Servers } from './servers.js';
import { printTable } from './table.js';

const HOPS = 300;
const WARM_UP = 50;
/** Until everything is idle again; not a multiple of anybody's timer. */
const PAUSE_MS = 11;

/** One message at a time: from the call that publishes it to the handler. */
export async function hop({ transports }: BenchOptions): Promise<void> {
  await Servers.use(async (servers) => {
    const rows: string[][] = [];
    const bars: Bar[] = [];
    for (const name of transports) {
      const { raw, ours, kind } = await openContenders(name, servers);
      const entries = await sampleEntries(kind, WARM_UP + HOPS);
      for (const [index, contender] of [raw, ours].entries()) {
        const source = `bench.hop.${index}`;
        const messages = entries.map((entry) => messageOf(entry, source));
        const hops = await hopsOf(contender, source, messages);
        const [p50, p99] = [0.5, 0.99].map((p) => `${percentile(hops, p).toFixed(2)} ms`);
        rows.push([`${name}, ${contender.name}`, p50 ?? '', p99 ?? '']);
        bars.push({ name: `${name}, ${contender.name}`, value: percentile(hops, 0.5) });
      }
    }
    printTable(`hop: send → handler, ${HOPS} one at a time`, [['', 'p50', 'p99'], ...rows]);
    await plotBars('hop: send → handler', 'p50, ms', bars);
  });
}

async function hopsOf(
  contender: Contender,
  source: string,
  messages: readonly Message[],
): Promise<number[]> {
  await contender.declare(source, source);
  let arrived = () => {};
  const running = await contender.consume(source, source, () => arrived());
  const hops: number[] = [];
  for (const message of messages) {
    const publish = contender.prepare([message]);
    await sleep(PAUSE_MS);
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    const from = performance.now();
    await Promise.all([publish(), arrival.then(() => hops.push(performance.now() - from))]);
  }
  await running.stop();
  return hops.slice(WARM_UP);
}
