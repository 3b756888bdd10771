import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

// Changes come in the order of their time, so a block-range index finds the old ones for next to nothing.
export const ageOfUpdates: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create index order_updates_by_age on order_updates using brin (occurred_at)`.execute(
      db,
    );
  },
};
