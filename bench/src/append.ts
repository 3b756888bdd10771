import { OrderPlaced } from '@mesh/contracts/catalog/order';
import { inTransaction, isAppend, Outbox, outboxLog, outboxWalLog } from '@mesh/outbox';
import { PgLog } from '@mesh/pg-log';
import { createPool, kyselyPool } from '@mesh/service-kit';
import { createLogger } from '@mesh/tracing';
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import type { BenchOptions } from './options.js';
import { compare, stopwatch, type Variant } from './rounds.js';
import { placedOrder, sampleEntries } from './sample-events.js';
import { Servers } from './servers.js';

/** Transactions at once. */
const CONCURRENCIES = [1, 8];

/** Nobody reads here. */
const UNBOUNDED = 2 * 1024 ** 3;

interface Tables {
  order: { id: string; customer: string; version: number };
  history: { order_id: string; version: number; status: string };
}
const TABLES = `
create table "order" (id uuid primary key, customer text not null, version int not null);
create table history (order_id uuid, version int, status text not null, primary key (order_id, version));
create table plain (position bigserial primary key, stream text, key text, headers json, body bytea);`;

/**
 * What an append adds to a transaction that inserts an order and the first line of its history, on the
 * connections that services use: statements prepared once and pipelined.
 */
export async function append({ events, rounds }: BenchOptions): Promise<void> {
  await Servers.use(async (servers) => {
    const pool = createPool({
      url: await servers.database('shop'),
      size: 8,
      applicationName: 'bench',
      log: createLogger('bench', { level: 'silent' }),
    });
    servers.before(() => pool.end());
    const log = outboxLog({ pool });
    await log.install();
    await pool.query(TABLES);
    const db = new Kysely<Tables>({
      dialect: new PostgresDialect({ pool: kyselyPool(pool, isAppend) }),
    });
    servers.before(() => log.close());
    const outbox = new Outbox({ log, source: '/bench' });
    const withoutNumbers = new PgLog({ pool, schema: 'without_numbers' });
    await withoutNumbers.install();
    servers.before(() => withoutNumbers.close());
    const plainOutbox = new Outbox({ log: withoutNumbers, source: '/bench' });
    const inWal = outboxWalLog({ pool, maxBytes: UNBOUNDED });
    await inWal.install();
    servers.before(() => inWal.close());
    const walOutbox = new Outbox({ log: inWal, source: '/bench' });
    const count = Math.ceil(events / 10);
    const without = () => db.transaction().execute((tx) => place(tx, placedOrder()));
    const [{ stream, key, headers, body } = {}] = await sampleEntries('log', 1);
    const withInsert = () =>
      db.transaction().execute(async (tx) => {
        await place(tx, placedOrder());
        await sql`insert into plain (stream, key, headers, body)
          values (${stream}, ${key}, ${JSON.stringify(headers)}, ${body})`.execute(tx);
      });
    const withAppend = (outbox: Outbox) => () =>
      inTransaction(db, outbox, async (tx) => {
        const order = placedOrder();
        await place(tx, order);
        await outbox.append(tx, OrderPlaced, order);
      });
    for (const concurrency of CONCURRENCIES) {
      const variant = (name: string, transact: () => Promise<unknown>): Variant => ({
        name,
        async run() {
          const stop = stopwatch();
          const share = Math.ceil(count / concurrency);
          await Promise.all(Array.from({ length: concurrency }, () => repeat(share, transact)));
          return stop(share * concurrency);
        },
      });
      await compare({
        title: `append: ${count} transactions a round, ${concurrency} at once`,
        rounds,
        variants: [
          variant('without', without),
          variant('with a row of the same bytes by hand', withInsert),
          variant('with append, events without a number', withAppend(plainOutbox)),
          variant('with append', withAppend(outbox)),
          variant('with append in the WAL', withAppend(walOutbox)),
        ],
      });
    }
  });
}

async function place(
  tx: Transaction<Tables>,
  { orderId, customerId: customer }: { readonly orderId: string; readonly customerId: string },
): Promise<void> {
  await tx.insertInto('order').values({ id: orderId, customer, version: 1 }).execute();
  const line = { order_id: orderId, version: 1, status: 'PLACED' };
  await tx.insertInto('history').values(line).execute();
}

async function repeat(times: number, work: () => Promise<unknown>): Promise<void> {
  for (let n = 0; n < times; n++) await work();
}
