import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Contender } from './contenders/contender.js';
import { openContenders } from './contenders/open.js';
import type { BenchOptions } from './options.js';
import { messageOf, sampleEntries } from './sample-events.js';
import { Servers } from './servers.js';
import { printTable } from './table.js';

const BACKLOGS = [1000, 100_000];
/** What a delivery takes: 32 at once make 3,200 a second. */
const HANDLER_MS = 10;
/** The larger backlog is left unfinished after so long: it is the memory that counts. */
const WATCHED_MS = 10_000;
const SAMPLE_EVERY_MS = 250;
const PUBLISHED_AT_ONCE = 5000;

/** Memory of a consumer that is slower than its backlog is long. */
export async function backlog({ transports }: BenchOptions): Promise<void> {
  await Servers.use(async (servers) => {
    const rows: string[][] = [];
    for (const name of transports) {
      const { ours, transport, kind } = await openContenders(name, servers);
      for (const count of BACKLOGS) {
        const source = `bench.backlog.${count}`;
        const group = `bench.backlog.${count}.group`;
        await ours.declare(source, group);
        await publishAll(ours, { kind, source, count });
        const before = live();
        let handled = 0;
        const subscription = await transport.subscribe({ source, group }, async () => {
          await pause(HANDLER_MS);
          handled += 1;
        });
        let peak = before;
        const until = performance.now() + WATCHED_MS;
        while (handled < count && performance.now() < until) {
          await pause(SAMPLE_EVERY_MS);
          peak = Math.max(peak, live());
        }
        await subscription.close();
        rows.push([
          name,
          String(count),
          String(handled),
          mebibytes(before),
          mebibytes(peak - before),
        ]);
      }
    }
    printTable(`backlog: a handler of ${HANDLER_MS} ms, watched for ${WATCHED_MS / 1000} s`, [
      ['transport', 'waiting', 'handled', 'MiB before', 'MiB more at most'],
      ...rows,
    ]);
  });
}

async function publishAll(
  contender: Contender,
  { kind, source, count }: { kind: 'log' | 'work'; source: string; count: number },
): Promise<void> {
  for (let left = count; left > 0; left -= PUBLISHED_AT_ONCE) {
    const entries = await sampleEntries(kind, Math.min(left, PUBLISHED_AT_ONCE));
    await contender.prepare(entries.map((entry) => messageOf(entry, source)))();
  }
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes that are in use, on the heap and outside of it. */
function live(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}
