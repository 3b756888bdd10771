import type { Publisher } from '@mesh/messaging';
import { installDeadLetters, OUTBOX_SCHEMA, Relay } from '@mesh/outbox';
import { PgLog, type LogEntry } from '@mesh/pg-log';
import type pg from 'pg';
import type { BenchOptions } from './options.js';
import { percentile } from './percentile.js';
import { plotBars } from './plot.js';
import { sampleEntries } from './sample-events.js';
import { Servers } from './servers.js';
import { printTable } from './table.js';

const TOGETHER = 1000;
/** A short backlog is over before it can be measured: it is drained several times. */
const TIMES = [15, 3, 1];

/** The relay's own rate, to a publisher that does nothing, behind backlogs of 1,000 events, a tenth of all and all. */
export async function depth({ events }: BenchOptions): Promise<void> {
  await Servers.use(async (servers) => {
    const entries = await sampleEntries('log', TOGETHER);
    const pool = await servers.pool('depth');
    const rates: number[] = [];
    const depths = depthsOf(events);
    await rateOf(pool, entries, 20_000);
    for (const [index, depth] of depths.entries()) {
      const taken: number[] = [];
      for (let n = 0; n < (TIMES[index] ?? 1); n++) taken.push(await rateOf(pool, entries, depth));
      rates.push(percentile(taken, 0.5));
    }
    const title = 'depth: the relay behind a backlog';
    printTable(title, [
      ['events waiting', 'events/s', 'ratio'],
      ...depths.map((depth, n) => [
        String(depth),
        (rates[n] ?? NaN).toFixed(0),
        `${(((rates[n] ?? NaN) / (rates[1] ?? rates[0] ?? NaN)) * 100).toFixed(0)}%`,
      ]),
    ]);
    const bars = depths.map((depth, n) => ({ name: String(depth), value: rates[n] ?? NaN }));
    await plotBars(title, 'events/s', bars);
  });
}

/** In whole batches, each once. */
function depthsOf(events: number): readonly number[] {
  const whole = (count: number) => Math.ceil(count / TOGETHER) * TOGETHER;
  return [...new Set([TOGETHER, whole(events / 10), whole(events)])];
}

/**
 * Behind a long backlog, between the first batch and the last: starting takes the same with any of them.
 * One batch is appended in front of a relay that waits, and measured from its commit.
 */
async function rateOf(pool: pg.Pool, entries: readonly LogEntry[], depth: number): Promise<number> {
  await pool.query(`drop schema if exists ${OUTBOX_SCHEMA} cascade`);
  const log = new PgLog({ pool, schema: OUTBOX_SCHEMA });
  await log.install();
  await installDeadLetters(pool);
  const append = async () => {
    for (let n = 0; n < depth; n += TOGETHER) await log.append(pool, entries);
  };
  const isShort = depth === TOGETHER;
  if (!isShort) await append();
  const done = Promise.withResolvers<number>();
  let [first, firstAt, published] = [0, 0, 0];
  const publisher: Publisher = {
    async publish(messages) {
      published += messages.length;
      if (firstAt === 0) [first, firstAt] = [messages.length, performance.now()];
      if (published === depth)
        done.resolve((depth - first) / ((performance.now() - firstAt) / 1000));
    },
    close: async () => {},
  };
  const relay = new Relay({ log, pool, publishers: async () => publisher });
  await relay.start();
  if (isShort) {
    await append();
    firstAt = performance.now();
    log.wake();
  }
  const rate = await done.promise;
  await relay.stop();
  await log.close();
  return rate;
}
