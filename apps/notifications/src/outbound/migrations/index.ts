// The schema of the notifications database, step by step: one file a step, never changed once released.
// Run at start, in the order of these names. Not here: outbox and inbox, which bring their own.
import type { Migration } from 'kysely/migration';
import { createNotifications } from './001_notifications.js';

export const migrations: Readonly<Record<string, Migration>> = {
  '001_notifications': createNotifications,
};
