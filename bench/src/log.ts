import { PgLog, type LogEntry } from '@mesh/pg-log';
import type pg from 'pg';
import { inBatches } from './contenders/contender.js';
import { graphileWorker } from './contenders/graphile-worker.js';
import { countdown, groups, type OrderedQueue } from './contenders/ordered-queue.js';
import { pgBoss } from './contenders/pg-boss.js';
import type { BenchOptions } from './options.js';
import { compare, stopwatch, type Sample, type Variant } from './rounds.js';
import { sampleEntries } from './sample-events.js';
import { Servers } from './servers.js';

/** The others get fewer, so that a round ends: a rate is a rate. */
const PEER_SHARE = 10;

/** A backlog to two groups, in order within each key: our log against job queues on PostgreSQL. */
export async function log({ events, rounds }: BenchOptions): Promise<void> {
  await Servers.use(async (servers) => {
    const queues = [
      await ours(await servers.pool('ours')),
      await pgBoss(await servers.database('boss')),
      await graphileWorker(await servers.pool('graphile', 20)),
    ];
    for (const queue of queues) servers.before(() => queue.close());
    const variants: Variant[] = [];
    for (const [index, queue] of queues.entries()) {
      const count = index === 0 ? events : Math.ceil(events / PEER_SHARE);
      const entries = await sampleEntries('log', count);
      variants.push({ name: queue.name, run: () => drain(queue, entries) });
    }
    await compare({ title: `log: ${events} events to each of two groups`, rounds, variants });
  });
}

/** @throws Error when a key's events came out of order, or not all of them */
async function drain(queue: OrderedQueue, entries: readonly LogEntry[]): Promise<Sample> {
  await queue.fill(entries);
  const last = new Map<string, number>();
  const stop = stopwatch();
  await queue.drain(entries.length, (group, key, index) => {
    const lane = `${group} ${key}`;
    if ((last.get(lane) ?? -1) >= index) throw new Error(`${queue.name}: ${lane} is out of order`);
    last.set(lane, index);
  });
  return stop(entries.length);
}

async function ours(pool: pg.Pool): Promise<OrderedQueue> {
  const log = new PgLog({ pool, schema: 'bench_log' });
  await log.install();
  return {
    name: 'our log',
    async fill(entries) {
      for (const batch of inBatches(entries)) await log.appendNow(batch);
    },
    async drain(count, onEvent) {
      const { done, tick } = countdown(count * groups.length);
      const stopping = new AbortController();
      const running = groups.map((group) =>
        log.reader({ group, from: 'start' }).run(
          async (rows) => {
            for (const { key, position } of rows) {
              onEvent(group, key ?? '', Number(position));
              tick();
            }
          },
          { signal: stopping.signal },
        ),
      );
      await done;
      stopping.abort();
      await Promise.all(running);
    },
    close: () => log.close(),
  };
}
