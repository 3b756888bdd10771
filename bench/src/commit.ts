import { setTimeout as sleep } from 'node:timers/promises';
import { OrderPlaced, OrderUpdateAnnounced } from '@mesh/contracts/catalog';
import { OrderStatus } from '@mesh/contracts/order';
import { installDeadLetters, inTransaction, Outbox, outboxLog, Relay } from '@mesh/outbox';
import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import { openContenders, type Opened } from './contenders/open.js';
import type { BenchOptions } from './options.js';
import { percentile } from './percentile.js';
import { plotBars, type Bar } from './plot.js';
import { placedOrder } from './sample-events.js';
import { Servers } from './servers.js';
import { printTable } from './table.js';

const COMMITS = 300;
const WARM_UP = 50;
/** Until everything is idle again; not a multiple of anybody's timer. */
const PAUSE_MS = 11;

/** One event at a time on idle servers: from the answer to its commit to the handler. */
export async function commit({ transports }: BenchOptions): Promise<void> {
  await Servers.use(async (servers) => {
    const rows: string[][] = [];
    const bars: Bar[] = [];
    for (const name of transports) {
      const times = await timesOf(await openContenders(name, servers), servers, `outbox_${name}`);
      const [p50, p99] = [0.5, 0.99].map((p) => `${percentile(times, p).toFixed(2)} ms`);
      rows.push([name, p50 ?? '', p99 ?? '']);
      bars.push({ name, value: percentile(times, 0.5) });
    }
    printTable(`commit → handler, ${COMMITS} one at a time`, [['', 'p50', 'p99'], ...rows]);
    await plotBars('commit → handler', 'p50, ms', bars);
  });
}

async function timesOf(
  { ours, transport, kind }: Opened,
  servers: Servers,
  database: string,
): Promise<number[]> {
  const pool = await servers.pool(database);
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  const log = outboxLog({ pool, singleGroup: true });
  await log.install();
  await installDeadLetters(pool);
  const outbox = new Outbox({ log, source: '/bench' });
  const definition = kind === 'log' ? OrderPlaced : OrderUpdateAnnounced;
  const append = (tx: Transaction<unknown>) =>
    kind === 'log'
      ? outbox.append(tx, OrderPlaced, placedOrder())
      : outbox.append(tx, OrderUpdateAnnounced, announced(placedOrder().orderId));
  await ours.declare(definition.stream.name, 'bench.commit');
  let arrived = () => {};
  const running = await ours.consume(definition.stream.name, 'bench.commit', () => arrived());
  const relay = new Relay({ log, pool, publishers: () => transport.publisher() });
  await relay.start();
  const times: number[] = [];
  for (let n = 0; n < WARM_UP + COMMITS; n++) {
    await sleep(PAUSE_MS);
    let at = NaN;
    const arrival = new Promise<void>((resolve) => {
      arrived = () => ((at = performance.now()), resolve());
    });
    await inTransaction(db, outbox, append);
    const committed = performance.now();
    await arrival;
    // The handler may be told before this process is told of the commit.
    times.push(Math.max(0, at - committed));
  }
  await running.stop();
  await relay.stop();
  await log.close();
  return times.slice(WARM_UP);
}

function announced(orderId: string) {
  return {
    ...{ orderId, customerId: 'customer-1', version: 2, feedSequence: 1, traceparent: '' },
    ...{ status: OrderStatus.ORDER_STATUS_CONFIRMED, occurredAt: new Date() },
  };
}
