import type { Logger } from '@mesh/tracing';
import { type Kysely, sql } from 'kysely';
import type { OrderSignals, OrderWatch } from '../use-cases/order-signals.js';
import { OrderChangeChannel, type OrderHint } from './order-change-channel.js';
import type { OrderTables } from './order-tables.js';
import { OrderWatches } from './order-watches.js';

export interface PostgresOrderSignalsOptions {
  readonly db: Kysely<OrderTables>;
  /** For a connection of its own, opened when somebody first watches. */
  readonly databaseUrl: string;
  readonly log: Logger;
}

/**
 * Wakes those who watch an order: at once for changes by this process, some 10 ms later for those by
 * other ones, and within seconds should a hint get lost.
 */
export class PostgresOrderSignals implements OrderSignals {
  readonly #watches: OrderWatches;
  readonly #channel: OrderChangeChannel;

  constructor({ db, databaseUrl, log }: PostgresOrderSignalsOptions) {
    this.#watches = new OrderWatches({ versionsOf: (orderIds) => versionsOf(db, orderIds) });
    this.#channel = new OrderChangeChannel({
      ...{ databaseUrl, log, onHint: (hint) => this.#watches.hint(hint) },
      // A hint need not be on the disk: a notification is a commit, and would wait for it.
      notify: (channel, payload) =>
        sql`
          select pg_notify(${channel}, ${payload})
          where set_config('synchronous_commit', 'off', true) = 'off'`.execute(db),
    });
  }

  watch(orderId: string): OrderWatch {
    this.#channel.listen();
    return this.#watches.watch(orderId);
  }

  /** To be called for each change that this process makes, after its commit or shortly before. */
  changed(hint: OrderHint): void {
    this.#watches.hint(hint);
    this.#channel.tell(hint);
  }

  async close(): Promise<void> {
    await Promise.all([this.#watches.close(), this.#channel.close()]);
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
