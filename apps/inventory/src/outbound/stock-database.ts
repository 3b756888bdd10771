import type { ColumnType } from 'kysely';

/** `bigint`: pg reads it as a string. */
type Int8<Insert = number> = ColumnType<string, Insert, number>;

/** The tables of the inventory database, for Kysely. */
export interface StockDatabase {
  stock_items: {
    sku: string;
    name: string;
    price_minor: Int8;
    currency: string;
    available: Int8;
    version: Int8<number | undefined>;
  };
  reservations: {
    order_id: string;
    status: 'reserved' | 'rejected' | 'released';
    skus: string[];
    quantities: string[];
    short_skus: string[];
  };
}
