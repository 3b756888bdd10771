import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** One row a change of an order; the text of its mail travels in the event, not here. */
export const createNotifications: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table notifications (
        notification_id text primary key,
        order_id text not null,
        customer_id text not null,
        kind text not null,
        status text not null check (status in ('requested', 'sent')),
        requested_at timestamptz not null default now(),
        sent_at timestamptz,
        check ((status = 'sent') = (sent_at is not null))
      ) with (fillfactor = 80)`.execute(db);
  },
};
