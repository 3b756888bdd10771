import { setTimeout as pause } from 'node:timers/promises';
import type { Publisher } from '@mesh/messaging';
import {
  handleBatch,
  INBOX_SCHEMA,
  installDeadLetters,
  installInbox,
  OUTBOX_SCHEMA,
  Relay,
} from '@mesh/outbox';
import { PgLog, type LogEntry } from '@mesh/pg-log';
import { CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import type { BenchOptions } from './options.js';
import { plotLines, type Point } from './plot.js';
import { sampleEntries } from './sample-events.js';
import { Servers } from './servers.js';
import { printTable } from './table.js';

const TOGETHER = 1000;
/** Appended and not relayed at most. */
const AHEAD = 20_000;
const CHUNKS = 10;
const GROUP = 'bench.growth';
const KEEP_MS = 5000;
const MiB = 1024 * 1024;

/** A million events through outbox and inbox: do the tables stay small, and the rate? */
export async function growth({ events }: BenchOptions): Promise<void> {
  await Servers.use(async (servers) => {
    const pool = await servers.pool('growth');
    const log = new PgLog({ pool, schema: OUTBOX_SCHEMA, singleGroup: true });
    await log.install();
    await installDeadLetters(pool);
    await installInbox(pool);
    await pool.query('create table effect (events bigint not null); insert into effect values (0)');
    const handled = { count: 0 };
    const publishers = async () => intoInbox(pool, handled);
    const relay = new Relay({ log, pool, publishers });
    await relay.start();
    const stopRetention = retain(log);
    const entries = await sampleEntries('log', TOGETHER);
    const chunks: Chunk[] = [];
    for (let n = 1; n <= CHUNKS; n++) {
      const from = performance.now();
      await flow(log, pool, { entries, handled, until: (events * n) / CHUNKS });
      const perSecond = events / CHUNKS / ((performance.now() - from) / 1000);
      chunks.push({ events: (events * n) / CHUNKS, perSecond, ...(await sizesOf(pool)) });
      console.log(`  ${chunks.at(-1)?.events} events, ${perSecond.toFixed(0)}/s`);
    }
    await pause(2 * KEEP_MS);
    await stopRetention();
    await relay.stop();
    await report(chunks, await sizesOf(pool));
    await log.close();
  });
}

interface Chunk {
  readonly events: number;
  readonly perSecond: number;
  readonly outbox: number;
  readonly inbox: number;
}

/** What a consumer does with its batches: notes and effect in one transaction. */
function intoInbox(pool: pg.Pool, handled: { count: number }): Publisher {
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  const effect = (count: number) =>
    CompiledQuery.raw('update effect set events = events + $1', [count]);
  return {
    async publish(messages) {
      const events = messages.map(({ event }) => event);
      await db
        .transaction()
        .execute((tx) =>
          handleBatch(tx, { group: GROUP, events }, (fresh) =>
            tx.executeQuery(effect(fresh.length)),
          ),
        );
      handled.count += messages.length;
    },
    close: async () => {},
  };
}

/** Events need ids of their own, or the inbox would drop them. */
function fresh(entries: readonly LogEntry[]): LogEntry[] {
  return entries.map((entry) => ({
    ...entry,
    headers: { ...entry.headers, ce_id: uuid7() },
  }));
}

let counter = 0;
function uuid7(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  const rest = (++counter).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${rest}`;
}

async function flow(
  log: PgLog,
  pool: pg.Pool,
  {
    entries,
    handled,
    until,
  }: {
    readonly entries: readonly LogEntry[];
    readonly handled: { readonly count: number };
    readonly until: number;
  },
): Promise<void> {
  for (let appended = handled.count; handled.count < until;) {
    if (appended < until && appended - handled.count < AHEAD) {
      await log.append(pool, fresh(entries));
      log.wake();
      appended += entries.length;
    } else {
      await pause(2);
    }
  }
}

function retain(log: PgLog): () => Promise<void> {
  const retention = log.retention({ keepMs: KEEP_MS, maxBytes: 32 * MiB });
  let stopped = false;
  const running = (async () => {
    while (!stopped) {
      await retention.run();
      await pause(500);
    }
  })();
  return async () => {
    stopped = true;
    await running;
  };
}

const SIZES = `select
  (select sum(pg_total_relation_size(oid)) from pg_class where relkind = 'r' and relnamespace = '${OUTBOX_SCHEMA}'::regnamespace)::float8 as outbox,
  (select sum(pg_total_relation_size(oid)) from pg_class where relkind = 'r' and relnamespace = '${INBOX_SCHEMA}'::regnamespace)::float8 as inbox`;

async function sizesOf(pool: pg.Pool): Promise<{ outbox: number; inbox: number }> {
  const { rows } = await pool.query<{ outbox: number; inbox: number }>(SIZES);
  return { outbox: (rows[0]?.outbox ?? NaN) / MiB, inbox: (rows[0]?.inbox ?? NaN) / MiB };
}

async function report(
  chunks: readonly Chunk[],
  end: { readonly outbox: number; readonly inbox: number },
): Promise<void> {
  // The first chunk compiles, plans and makes files.
  const [start, last] = [chunks[1]?.perSecond ?? NaN, chunks.at(-1)?.perSecond ?? NaN];
  const most = Math.max(...chunks.map(({ outbox }) => outbox));
  printTable(`growth: ${chunks.at(-1)?.events} events through outbox and inbox`, [
    ['', 'seen'],
    ['rate, second tenth', `${start.toFixed(0)}/s`],
    ['rate, last tenth', `${last.toFixed(0)}/s`],
    ['last against second', `${((last / start) * 100).toFixed(0)}%`],
    ['outbox at most', `${most.toFixed(0)} MiB`],
    ['outbox at the end', `${end.outbox.toFixed(0)} MiB`],
    ['inbox, every event remembered', `${end.inbox.toFixed(0)} MiB`],
  ]);
  const points = chunks.flatMap(({ events: x, outbox, inbox }): Point[] => [
    { series: 'outbox', x, y: outbox },
    { series: 'inbox', x, y: inbox },
  ]);
  await plotLines('growth: size of the tables', { x: 'events', y: 'MiB' }, points);
}
