import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  // `placed_sequence` is the feed sequence of the first update: a number that orders a customer's list.
  `create table orders (
     order_id uuid primary key,
     customer_id text not null,
     status text not null,
     version integer not null,
     lines jsonb not null,
     total_minor bigint not null,
     currency text not null,
     reason text,
     placed_sequence bigint not null,
     reservation_deadline timestamptz not null,
     created_at timestamptz not null,
     updated_at timestamptz not null
   )`,
  `create unique index orders_by_customer on orders (customer_id, placed_sequence)`,
  `create index orders_awaiting_reservation on orders (reservation_deadline) where status = 'PLACED'`,
  `create table order_updates (
     order_id uuid not null,
     version integer not null,
     customer_id text not null,
     feed_sequence bigint not null,
     status text not null,
     reason text,
     traceparent text not null,
     occurred_at timestamptz not null,
     primary key (order_id, version)
   )`,
  `create unique index order_updates_by_feed on order_updates (customer_id, feed_sequence)`,
  // One row a customer, updated by each change of his orders; room in the page keeps that in place.
  `create table customer_feeds (
     customer_id text primary key,
     latest_sequence bigint not null
   ) with (fillfactor = 50)`,
  `create table idempotency_keys (
     customer_id text not null,
     key text not null,
     request_hash text not null,
     order_id uuid not null,
     created_at timestamptz not null default now(),
     primary key (customer_id, key)
   )`,
  // Keys come in the order of their time, so a block-range index finds the old ones for next to nothing.
  `create index idempotency_keys_by_age on idempotency_keys using brin (created_at)`,
  `create table database_life (epoch uuid not null default gen_random_uuid())`,
  `insert into database_life default values`,
];

export const createOrders: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
