import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { NewEvent } from '@mesh/contracts';
import type { Line, Reservation } from '../domain/reservation.js';
import type { StockChange, StockItem } from '../domain/stock-item.js';
import type { Claim, SetAvailable, StockTransaction } from '../use-cases/stock-store.js';
import type { StockDatabase } from './stock-database.js';
import { itemColumns, toItem } from './stock-rows.js';

/** The part of the outbox that a store needs. */
export interface EventAppender {
  appendAll(
    tx: Transaction<StockDatabase>,
    events: readonly NewEvent[],
    options: { readonly causationId?: string },
  ): Promise<unknown>;
}

/**
 * Each step is one statement. Locks are taken in the order that {@link StockTransaction} promises:
 * a data-modifying CTE on the reservation, joined by the one that locks the items.
 */
export class PostgresStockTransaction implements StockTransaction {
  readonly #tx: Transaction<StockDatabase>;
  readonly #outbox: EventAppender;
  readonly #appendOptions: { readonly causationId?: string };

  constructor(options: {
    readonly tx: Transaction<StockDatabase>;
    readonly outbox: EventAppender;
    /** The event that caused this transaction. */
    readonly causationId?: string;
  }) {
    const { tx, outbox, ...appendOptions } = options;
    this.#tx = tx;
    this.#outbox = outbox;
    this.#appendOptions = appendOptions;
  }

  async claimReservation(orderId: string, lines: readonly Line[]): Promise<Claim> {
    const { skus, quantities } = toArrays(lines);
    const { claimed, stock } = await this.#one(sql<{
      claimed: boolean;
      stock: { sku: string; available: number }[];
    }>`
      with claimed as (
        insert into reservations (order_id, status, skus, quantities)
        values (${orderId}, 'reserved', ${skus}::text[], ${quantities}::bigint[])
        on conflict (order_id) do nothing
        returning order_id
      ), locked as (
        select s.sku, s.available from claimed cross join stock_items s
        where s.sku = any(${skus}::text[])
        order by s.sku
        for update of s
      )
      select exists (select from claimed) as claimed,
        (select coalesce(json_agg(locked), '[]') from locked) as stock`);
    if (!claimed) return { kind: 'decided', reservation: await this.#reservation(orderId) };
    return {
      kind: 'claimed',
      available: new Map(stock.map((item) => [item.sku, item.available])),
    };
  }

  async rejectReservation(orderId: string, shortSkus: readonly string[]): Promise<void> {
    await this.#tx
      .updateTable('reservations')
      .set({ status: 'rejected', short_skus: [...shortSkus] })
      .where('order_id', '=', orderId)
      .execute();
  }

  async releaseReservation(orderId: string): Promise<readonly Line[]> {
    const { lines } = await this.#one(sql<{ lines: Line[] }>`
      with released as (
        insert into reservations as r (order_id, status) values (${orderId}, 'released')
        on conflict (order_id) do update set status = 'released', updated_at = now()
          where r.status = 'reserved'
        returning r.skus, r.quantities
      ), locked as (
        select s.sku, line.quantity
        from released
          cross join unnest(released.skus, released.quantities) as line (sku, quantity)
          join stock_items s on s.sku = line.sku
        order by s.sku
        for update of s
      )
      select coalesce(json_agg(locked), '[]') as lines from locked`);
    return lines;
  }

  take(lines: readonly Line[]): Promise<readonly StockChange[]> {
    return this.#add(lines.map(({ sku, quantity }) => ({ sku, quantity: -quantity })));
  }

  giveBack(lines: readonly Line[]): Promise<readonly StockChange[]> {
    return this.#add(lines);
  }

  async setAvailable(
    sku: string,
    quantity: number,
    expected?: readonly number[],
  ): Promise<SetAvailable> {
    // The condition is asked again of the row as it is once its lock is held: of several, one wins.
    const row = await this.#tx
      .updateTable('stock_items')
      .set({ available: quantity, version: sql<number>`version + 1` })
      .where('sku', '=', sku)
      .$if(expected !== undefined, (update) =>
        update.where(sql<boolean>`version = any(${expected}::bigint[])`),
      )
      .returning(itemColumns)
      .executeTakeFirst();
    if (row) return { kind: 'set', item: toItem(row) };
    const present = await this.#tx
      .selectFrom('stock_items')
      .select('version')
      .where('sku', '=', sku)
      .executeTakeFirst();
    if (!present) return { kind: 'unknown' };
    return { kind: 'changed', version: Number(present.version) };
  }

  async addItems(items: readonly Omit<StockItem, 'version'>[]): Promise<readonly StockItem[]> {
    const rows = await this.#tx
      .insertInto('stock_items')
      .values(
        items.map(({ sku, name, price, available }) => ({
          sku,
          name,
          price_minor: price.amountMinor,
          currency: price.currency,
          available,
        })),
      )
      .onConflict((conflict) => conflict.column('sku').doNothing())
      .returning(itemColumns)
      .execute();
    return rows.map(toItem);
  }

  async append(events: readonly NewEvent[]): Promise<void> {
    await this.#outbox.appendAll(this.#tx, events, this.#appendOptions);
  }

  /** Read in a statement of its own: the one that met the conflict may not see who won. */
  async #reservation(orderId: string): Promise<Reservation> {
    const row = await this.#tx
      .selectFrom('reservations')
      .select(['status', 'short_skus'])
      .where('order_id', '=', orderId)
      .executeTakeFirstOrThrow();
    return row.status === 'rejected'
      ? { status: 'rejected', shortSkus: row.short_skus }
      : { status: row.status };
  }

  async #add(lines: readonly Line[]): Promise<readonly StockChange[]> {
    const { skus, quantities } = toArrays(lines);
    const { rows } = await sql<{ sku: string; available: string; version: string }>`
      update stock_items s set available = s.available + line.quantity, version = s.version + 1
      from unnest(${skus}::text[], ${quantities}::bigint[]) as line (sku, quantity)
      where s.sku = line.sku
      returning s.sku, s.available, s.version`.execute(this.#tx);
    return rows.map(({ sku, available, version }) => ({
      sku,
      available: Number(available),
      version: Number(version),
    }));
  }

  async #one<Row>(statement: RawBuilder<Row>): Promise<Row> {
    const { rows } = await statement.execute(this.#tx);
    return rows[0] as Row;
  }
}

function toArrays(lines: readonly Line[]) {
  return { skus: lines.map((line) => line.sku), quantities: lines.map((line) => line.quantity) };
}
