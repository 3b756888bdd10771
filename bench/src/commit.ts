import { setTimeout as sleep } from 'node:timers/promises';
import { OrderUpdateAnnounced } from '@mesh/contracts/catalog/notifications';
import { OrderPlaced } from '@mesh/contracts/catalog/order';
import { OrderStatus } from '@mesh/contracts/order';
import { installDeadLetters, inTransaction, Outbox, outboxLog, Relay } from '@mesh/outbox';
import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import type pg from 'pg';
import type { Stoppable } from './contenders/contender.js';
import { openContenders, type Opened } from './contenders/open.js';
import type { BenchOptions } from './options.js';
import { percentile } from './percentile.js';
import { plotBars, type Bar } from './plot.js';
import { messageOf, placedOrder, sampleEntries } from './sample-events.js';
import { Servers } from './servers.js';
import { printTable } from './table.js';

const COMMITS = 300;
const WARM_UP = 50;
/** Until everything is idle again; not a multiple of anybody's timer. */
const PAUSE_MS = 11;

/** A way of an event from a transaction to a handler. */
interface Way {
  readonly name: string;
  /** Calls `committed` when the commit is answered. Fulfilled when nothing more is to be done for the event. */
  send(committed: () => void): Promise<unknown>;
  /** Fulfilled when events can arrive. */
  listen(arrived: () => void): Promise<Stoppable>;
  close(): Promise<void>;
}

/** One event at a time on idle servers: from the answer to its commit to the handler. */
export async function commit({ transports }: BenchOptions): Promise<void> {
  await Servers.use(async (servers) => {
    const rows: string[][] = [];
    const bars: Bar[] = [];
    for (const transport of transports) {
      const opened = await openContenders(transport, servers);
      const pool = await servers.pool(`outbox_${transport}`);
      for (const open of [rowThenRaw, throughOutbox]) {
        const way = await open(opened, pool);
        const times = await timesOf(way);
        await way.close();
        const name = `${transport}, ${way.name}`;
        const [p50, p99] = [0.5, 0.99].map((p) => `${percentile(times, p).toFixed(2)} ms`);
        rows.push([name, p50 ?? '', p99 ?? '']);
        bars.push({ name, value: percentile(times, 0.5) });
      }
    }
    printTable(`commit → handler, ${COMMITS} one at a time`, [['', 'p50', 'p99'], ...rows]);
    await plotBars('commit → handler', 'p50, ms', bars);
  });
}

async function timesOf(way: Way): Promise<number[]> {
  let arrived = () => {};
  const running = await way.listen(() => arrived());
  const times: number[] = [];
  for (let n = 0; n < WARM_UP + COMMITS; n++) {
    await sleep(PAUSE_MS);
    let [at, committed] = [NaN, NaN];
    const arrival = new Promise<void>((resolve) => {
      arrived = () => ((at = performance.now()), resolve());
    });
    await Promise.all([way.send(() => (committed = performance.now())), arrival]);
    // The handler may be told before this process is told of the commit.
    times.push(Math.max(0, at - committed));
  }
  await running.stop();
  return times.slice(WARM_UP);
}

/** A plain row, and after its commit the raw client: nothing is faster, and what it sends may be lost. */
async function rowThenRaw({ raw, kind }: Opened, pool: pg.Pool): Promise<Way> {
  const place = 'bench.commit.raw';
  await pool.query('create table plain (headers json not null, body bytea not null)');
  const entries = await sampleEntries(kind, WARM_UP + COMMITS);
  await raw.declare(place, place);
  const client = await pool.connect();
  return {
    name: `a plain row, then ${raw.name}`,
    async send(committed) {
      const entry = entries.pop();
      if (entry === undefined) throw new Error('No event is left');
      const publish = raw.prepare([messageOf(entry, place)]);
      await client.query('begin');
      await client.query('insert into plain values ($1, $2)', [entry.headers, entry.body]);
      await client.query('commit');
      committed();
      await publish();
    },
    listen: (arrived) => raw.consume(place, place, arrived),
    close: async () => client.release(),
  };
}

async function throughOutbox({ ours, transport, kind }: Opened, pool: pg.Pool): Promise<Way> {
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
  const { name } = definition.stream;
  await ours.declare(name, 'bench.commit');
  const relay = new Relay({ log, pool, publishers: () => transport.publisher() });
  return {
    name: 'through the outbox',
    send: async (committed) => {
      await inTransaction(db, outbox, append);
      committed();
    },
    async listen(arrived) {
      const running = await ours.consume(name, 'bench.commit', arrived);
      await relay.start();
      return running;
    },
    async close() {
      await relay.stop();
      await log.close();
    },
  };
}

function announced(orderId: string) {
  return {
    ...{ orderId, customerId: 'customer-1', version: 2, feedSequence: 1, traceparent: '' },
    ...{ status: OrderStatus.ORDER_STATUS_CONFIRMED, occurredAt: new Date() },
  };
}
