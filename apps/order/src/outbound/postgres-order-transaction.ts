import type { EventDefinition } from '@mesh/contracts';
import { currentTraceparent } from '@mesh/tracing';
import { sql, type Transaction } from 'kysely';
import { isOrderId } from '../domain/order-id.js';
import type { OrderChange } from '../domain/order-lifecycle.js';
import type { Order, OrderUpdate } from '../domain/order.js';
import type { Placement } from '../domain/placement.js';
import type { IdempotencyClaim, OrderTransaction } from '../use-cases/order-store.js';
import { type OrderTables, toOrder } from './order-tables.js';

/** Appends events in the transaction it is given; the part of an outbox that the store uses. */
export interface EventAppender {
  append<Data>(
    tx: Transaction<OrderTables>,
    definition: EventDefinition<Data>,
    data: Data,
    options?: { readonly causationId?: string },
  ): Promise<unknown>;
}

export interface PostgresOrderTransactionOptions {
  readonly tx: Transaction<OrderTables>;
  readonly events: EventAppender;
  /** The id of the event that the transaction handles. */
  readonly causationId?: string;
  /** Called for each change that the transaction wrote. */
  readonly onRecorded: (update: OrderUpdate) => void;
}

/** Gives the next number of the customer's feed, under a lock that the transaction keeps, and the time. */
const nextInFeed = sql`
  on conflict (customer_id) do update set latest_sequence = f.latest_sequence + 1
  returning f.latest_sequence, date_trunc('milliseconds', clock_timestamp()) as at`;

interface Stamp {
  readonly latest_sequence: string;
  readonly at: Date;
}

/** Each method is one statement: what it reads, locks, numbers and writes takes one round trip. */
export class PostgresOrderTransaction implements OrderTransaction {
  readonly #options: PostgresOrderTransactionOptions;

  constructor(options: PostgresOrderTransactionOptions) {
    this.#options = options;
  }

  async place(
    placement: Placement,
    claim: IdempotencyClaim,
    reservationTimeoutMs: number,
  ): Promise<OrderUpdate | undefined> {
    const { orderId, customerId, total } = placement;
    const traceparent = currentTraceparent();
    const lines = placement.lines.map(({ sku, quantity, unitPrice }) => ({
      sku,
      quantity,
      unitPriceMinor: unitPrice.amountMinor,
    }));
    const { rows } = await sql<Stamp>`
      with claim as (
        insert into idempotency_keys as k (customer_id, key, request_hash, order_id)
        values (${customerId}, ${claim.key}, ${claim.requestHash}, ${orderId})
        on conflict (customer_id, key) do update
          set request_hash = excluded.request_hash, order_id = excluded.order_id, created_at = excluded.created_at
          where k.created_at <= now() - interval '24 hours'
        returning k.customer_id
      ), feed as (
        insert into customer_feeds as f (customer_id, latest_sequence)
        select customer_id, 1 from claim ${nextInFeed}
      ), placed as (
        insert into orders (order_id, customer_id, status, version, lines, total_minor, currency,
                            placed_sequence, created_at, updated_at, reservation_deadline)
        select ${orderId}::uuid, ${customerId}, 'PLACED', 1, ${JSON.stringify(lines)}::jsonb,
               ${total.amountMinor}::bigint, ${total.currency}, latest_sequence, at, at,
               at + ${reservationTimeoutMs} * interval '1 millisecond'
        from feed
      ), history as (
        insert into order_updates (order_id, version, customer_id, feed_sequence, status, traceparent, occurred_at)
        select ${orderId}::uuid, 1, ${customerId}, latest_sequence, 'PLACED', ${traceparent}, at from feed
      )
      select latest_sequence, at from feed`.execute(this.#options.tx);
    const [stamp] = rows;
    if (!stamp) return undefined;
    return this.#recorded({
      ...{ orderId, customerId, version: 1, status: 'PLACED', reason: undefined, traceparent },
      ...{ feedSequence: Number(stamp.latest_sequence), occurredAt: stamp.at },
    });
  }

  async lock(orderId: string): Promise<Order | undefined> {
    if (!isOrderId(orderId)) return undefined;
    const query = this.#options.tx.selectFrom('orders').selectAll();
    const row = await query.where('order_id', '=', orderId).forNoKeyUpdate().executeTakeFirst();
    return row && toOrder(row);
  }

  async lockOverdue(): Promise<Order | undefined> {
    const row = await this.#options.tx
      .selectFrom('orders')
      .selectAll()
      .where('status', '=', 'PLACED')
      .where('reservation_deadline', '<=', sql<Date>`now()`)
      .orderBy('reservation_deadline')
      .limit(1)
      .forNoKeyUpdate()
      .skipLocked()
      .executeTakeFirst();
    return row && toOrder(row);
  }

  async record(order: Order, { status, reason }: OrderChange): Promise<OrderUpdate> {
    const { orderId, customerId } = order;
    const version = order.version + 1;
    const traceparent = currentTraceparent();
    const { rows } = await sql<Stamp>`
      with feed as (
        insert into customer_feeds as f (customer_id, latest_sequence) values (${customerId}, 1) ${nextInFeed}
      ), changed as (
        update orders set status = ${status}, version = ${version}, reason = ${reason ?? null}, updated_at = at
        from feed where order_id = ${orderId} and version = ${order.version}
        returning latest_sequence, at
      ), history as (
        insert into order_updates
               (order_id, version, customer_id, feed_sequence, status, reason, traceparent, occurred_at)
        select ${orderId}::uuid, ${version}::int, ${customerId}, latest_sequence, ${status}, ${reason ?? null},
               ${traceparent}, at
        from changed
      )
      select latest_sequence, at from changed`.execute(this.#options.tx);
    const [stamp] = rows;
    if (!stamp)
      throw new Error(`Order ${orderId} is not at version ${order.version}: lock it first`);
    return this.#recorded({
      ...{ orderId, customerId, version, status, reason, traceparent },
      ...{ feedSequence: Number(stamp.latest_sequence), occurredAt: stamp.at },
    });
  }

  async append<Data>(definition: EventDefinition<Data>, data: Data): Promise<void> {
    const { tx, events, causationId } = this.#options;
    await events.append(tx, definition, data, causationId === undefined ? {} : { causationId });
  }

  #recorded(update: OrderUpdate): OrderUpdate {
    this.#options.onRecorded(update);
    return update;
  }
}
