import type { Logger } from '@mesh/tracing';
import { type Kysely, sql } from 'kysely';
import type { FeedSignals } from '../use-cases/feed-signals.js';
import type { OrderSignals, OrderWatch } from '../use-cases/order-signals.js';
import { OrderChangeChannel, type OrderHint } from './order-change-channel.js';
import type { OrderTables } from './order-tables.js';
import { Watches } from './watches.js';

export interface PostgresOrderSignalsOptions {
  readonly db: Kysely<OrderTables>;
  /** For a connection of its own, opened when somebody first watches. */
  readonly databaseUrl: string;
  readonly log: Logger;
}

/** Feeds watched at once, by all streams of gateways together. */
const MAX_FEEDS = 100_000;

/**
 * Wakes those who watch an order or a feed: at once for changes by this process, some 10 ms later for those by
 * other ones, and within seconds should a hint get lost.
 */
export class PostgresOrderSignals implements OrderSignals, FeedSignals {
  readonly #orders: Watches;
  readonly #feeds: Watches;
  readonly #channel: OrderChangeChannel;

  constructor({ db, databaseUrl, log }: PostgresOrderSignalsOptions) {
    this.#orders = new Watches({ what: 'order', numbersOf: (ids) => versionsOf(db, ids) });
    this.#feeds = new Watches({
      ...{ what: 'feed', maxWatches: MAX_FEEDS },
      numbersOf: (customerIds) => sequencesOf(db, customerIds),
    });
    this.#channel = new OrderChangeChannel({
      ...{ databaseUrl, log, onHint: (hint) => this.#hint(hint) },
      // A hint need not be on the disk: a notification is a commit, and would wait for it.
      notify: (channel, payload) =>
        sql`
          select pg_notify(${channel}, ${payload})
          where set_config('synchronous_commit', 'off', true) = 'off'`.execute(db),
    });
  }

  watch(orderId: string): OrderWatch {
    this.#channel.listen();
    return this.#orders.watch(orderId);
  }

  watchFeed(customerId: string, changed: () => void): () => void {
    this.#channel.listen();
    return this.#feeds.onChange(customerId, changed);
  }

  /** To be called for each change that this process makes, after its commit or shortly before. */
  changed(hint: OrderHint): void {
    this.#hint(hint);
    this.#channel.tell(hint);
  }

  async close(): Promise<void> {
    await Promise.all([this.#orders.close(), this.#feeds.close(), this.#channel.close()]);
  }

  #hint({ orderId, version, customerId, feedSequence }: OrderHint): void {
    this.#orders.hint(orderId, version);
    this.#feeds.hint(customerId, feedSequence);
  }
}

async function versionsOf(
  db: Kysely<OrderTables>,
  orderIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ order_id: string; version: number }>`
    select order_id, version from orders where order_id = any(${orderIds}::uuid[])`.execute(db);
  return new Map(rows.map(({ order_id, version }) => [order_id, version]));
}

async function sequencesOf(
  db: Kysely<OrderTables>,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ customer_id: string; latest_sequence: string }>`
    select customer_id, latest_sequence from customer_feeds
    where customer_id = any(${customerIds}::text[])`.execute(db);
  return new Map(rows.map((row) => [row.customer_id, Number(row.latest_sequence)]));
}
