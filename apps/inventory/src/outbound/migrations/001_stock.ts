import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Lines live in their reservation's row: they are written and read with it, never alone. Items keep
 * room in their pages, because each reservation updates them in place (HOT).
 */
export const createStock: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table stock_items (
        sku text collate "C" primary key,
        name text not null,
        price_minor bigint not null check (price_minor >= 0),
        currency text not null check (currency ~ '^[A-Z]{3}$'),
        available bigint not null check (available >= 0),
        version bigint not null default 1
      ) with (fillfactor = 50)`.execute(db);
    await sql`
      create table reservations (
        order_id text primary key,
        status text not null check (status in ('reserved', 'rejected', 'released')),
        skus text[] not null default '{}',
        quantities bigint[] not null default '{}',
        short_skus text[] not null default '{}',
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        check (cardinality(skus) = cardinality(quantities))
      ) with (fillfactor = 90)`.execute(db);
  },
};
