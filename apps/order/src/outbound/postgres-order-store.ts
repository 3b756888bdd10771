import { inTransaction } from '@mesh/outbox';
import { type Kysely, sql, type Transaction } from 'kysely';
import { isOrderId } from '../domain/order-id.js';
import type { Order, OrderStatus, OrderUpdate } from '../domain/order.js';
import type {
  Feed,
  FeedPage,
  ListedOrder,
  ListPage,
  OrderHistory,
  OrderStore,
  OrderTransaction,
} from '../use-cases/order-store.js';
import { type OrderTables, toOrder, toUpdate, type UpdateRow } from './order-tables.js';
import { type EventAppender, PostgresOrderTransaction } from './postgres-order-transaction.js';

export interface PostgresOrderStoreOptions {
  readonly db: Kysely<OrderTables>;
  /** `wake` is called after a commit that may have appended something. */
  readonly events: EventAppender & { wake(): void };
  /** Told of each change: after its commit, or, in a transaction of somebody else, before it. */
  readonly onChange: (update: OrderUpdate) => void;
}

type MaybeUpdate = { readonly [Column in keyof UpdateRow]: UpdateRow[Column] | null };

/** Orders in PostgreSQL. Times are the database's, so that they hold over several replicas. */
export class PostgresOrderStore implements OrderStore {
  readonly #options: PostgresOrderStoreOptions;

  constructor(options: PostgresOrderStoreOptions) {
    this.#options = options;
  }

  async transaction<T>(work: (tx: OrderTransaction) => Promise<T>): Promise<T> {
    const { db, events, onChange } = this.#options;
    const recorded: OrderUpdate[] = [];
    const result = await inTransaction(db, events, (tx) => {
      const onRecorded = (update: OrderUpdate): void => void recorded.push(update);
      return work(new PostgresOrderTransaction({ tx, events, onRecorded }));
    });
    recorded.forEach(onChange);
    return result;
  }

  /** The same inside a transaction that somebody else opened and will commit. */
  within(tx: Transaction<OrderTables>, cause: { readonly eventId: string }): OrderTransaction {
    const { events, onChange } = this.#options;
    return new PostgresOrderTransaction({
      ...{ tx, events, causationId: cause.eventId, onRecorded: onChange },
    });
  }

  async find(customerId: string, orderId: string): Promise<Order | undefined> {
    if (!isOrderId(orderId)) return undefined;
    const row = await this.#options.db
      .selectFrom('orders')
      .selectAll()
      .where('order_id', '=', orderId)
      .where('customer_id', '=', customerId)
      .executeTakeFirst();
    return row && toOrder(row);
  }

  async findPlaced(
    customerId: string,
    idempotencyKey: string,
  ): Promise<{ readonly order: Order; readonly requestHash: string } | undefined> {
    const row = await this.#options.db
      .selectFrom('idempotency_keys as k')
      .innerJoin('orders', 'orders.order_id', 'k.order_id')
      .selectAll('orders')
      .select('k.request_hash')
      .where('k.customer_id', '=', customerId)
      .where('k.key', '=', idempotencyKey)
      .where('k.created_at', '>', sql<Date>`now() - interval '24 hours'`)
      .executeTakeFirst();
    return row && { order: toOrder(row), requestHash: row.request_hash };
  }

  async list(customerId: string, { limit, before }: ListPage): Promise<readonly ListedOrder[]> {
    const rows = await this.#options.db
      .selectFrom('orders')
      .selectAll()
      .where('customer_id', '=', customerId)
      .$if(before !== undefined, (query) => query.where('placed_sequence', '<', String(before)))
      .orderBy('placed_sequence', 'desc')
      .limit(limit)
      .execute();
    return rows.map((row) => ({ order: toOrder(row), number: Number(row.placed_sequence) }));
  }

  async history(
    customerId: string,
    orderId: string,
    afterVersion: number,
  ): Promise<OrderHistory | undefined> {
    if (!isOrderId(orderId)) return undefined;
    const { rows } = await sql<
      MaybeUpdate & { readonly order_status: OrderStatus; readonly order_version: number }
    >`
      select o.status as order_status, o.version as order_version, u.*
      from orders o left join order_updates u on u.order_id = o.order_id and u.version > ${afterVersion}::bigint
      where o.order_id = ${orderId} and o.customer_id = ${customerId}
      order by u.version`.execute(this.#options.db);
    const [first] = rows;
    return (
      first && {
        ...{ status: first.order_status, version: first.order_version },
        updates: updatesOf(rows),
      }
    );
  }

  async feed(customerId: string, { afterSequence, limit }: FeedPage): Promise<Feed> {
    // A restored copy has another server's identifier, and so another epoch.
    const { rows } = await sql<MaybeUpdate & { epoch: string; latest_sequence: string | null }>`
      select md5(l.epoch::text || (select system_identifier from pg_control_system())) as epoch,
             f.latest_sequence, u.*
      from database_life l
      left join customer_feeds f on f.customer_id = ${customerId}
      left join lateral (
        select * from order_updates
        where customer_id = ${customerId} and feed_sequence > ${afterSequence ?? null}::bigint
        order by feed_sequence limit ${limit}
      ) u on true
      order by u.feed_sequence`.execute(this.#options.db);
    const [first] = rows;
    if (!first) throw new Error('The table database_life is empty; a migration fills it');
    return {
      updates: updatesOf(rows),
      latestSequence: Number(first.latest_sequence ?? 0),
      epoch: first.epoch,
    };
  }

  async forgetIdempotencyKeys(limit: number): Promise<number> {
    const { numAffectedRows } = await sql`
      delete from idempotency_keys where (customer_id, key) in (
        select customer_id, key from idempotency_keys
        where created_at <= now() - interval '24 hours'
        limit ${limit} for update skip locked
      )`.execute(this.#options.db);
    return Number(numAffectedRows ?? 0);
  }

  async forgetUpdates(before: Date, limit: number): Promise<number> {
    const { numAffectedRows } = await sql`
      delete from order_updates where (order_id, version) in (
        select order_id, version from order_updates
        where occurred_at < ${before}
        limit ${limit} for update skip locked
      )`.execute(this.#options.db);
    return Number(numAffectedRows ?? 0);
  }
}

function updatesOf(rows: readonly MaybeUpdate[]): readonly OrderUpdate[] {
  return rows.filter((row): row is UpdateRow => row.version !== null).map(toUpdate);
}
