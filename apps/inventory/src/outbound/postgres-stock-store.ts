import { inTransaction } from '@mesh/outbox';
import { sql, type Kysely, type Transaction } from 'kysely';
import type { StockItem } from '../domain/stock-item.js';
import type { StockStore, StockTransaction } from '../use-cases/stock-store.js';
import { PostgresStockTransaction, type EventAppender } from './postgres-stock-transaction.js';
import { itemColumns, toItem } from './stock-rows.js';
import type { StockDatabase } from './stock-database.js';

/** Stock in PostgreSQL, with the outbox in the same transactions. Needs READ COMMITTED. */
export class PostgresStockStore implements StockStore {
  readonly #db: Kysely<StockDatabase>;
  readonly #outbox: EventAppender & { wake(): void };

  constructor(deps: {
    readonly db: Kysely<StockDatabase>;
    /** `wake` is called after a commit that may have appended something. */
    readonly outbox: EventAppender & { wake(): void };
  }) {
    this.#db = deps.db;
    this.#outbox = deps.outbox;
  }

  async transaction<Result>(work: (tx: StockTransaction) => Promise<Result>): Promise<Result> {
    const outbox = this.#outbox;
    return inTransaction(this.#db, outbox, (tx) =>
      work(new PostgresStockTransaction({ tx, outbox })),
    );
  }

  /** The same operations in a transaction that the caller commits, for what `cause` asks. */
  within(tx: Transaction<StockDatabase>, cause: { readonly id: string }): StockTransaction {
    return new PostgresStockTransaction({ tx, outbox: this.#outbox, causationId: cause.id });
  }

  async find(skus: readonly string[]): Promise<readonly StockItem[]> {
    const rows = await this.#db
      .selectFrom('stock_items')
      .select(itemColumns)
      .where('sku', '=', sql<string>`any(${skus}::text[])`)
      .orderBy('sku')
      .execute();
    return rows.map(toItem);
  }

  async list(options: { limit: number; after?: string }): Promise<readonly StockItem[]> {
    const { limit, after } = options;
    const rows = await this.#db
      .selectFrom('stock_items')
      .select(itemColumns)
      .$if(after !== undefined, (query) => query.where('sku', '>', after ?? ''))
      .orderBy('sku')
      .limit(limit)
      .execute();
    return rows.map(toItem);
  }
}
