import type { Migration } from 'kysely/migration';
import { createOrders } from './001_create_orders.js';
import { ageOfUpdates } from './002_age_of_updates.js';

/** All migrations of the order database, by the name under which they are remembered. */
export const migrations: Record<string, Migration> = {
  '001_create_orders': createOrders,
  '002_age_of_updates': ageOfUpdates,
};
