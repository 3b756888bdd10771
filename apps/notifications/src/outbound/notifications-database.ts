import type { Generated } from 'kysely';

/** The tables of the notifications database, for Kysely. */
export interface NotificationsDatabase {
  notifications: {
    notification_id: string;
    order_id: string;
    customer_id: string;
    kind: string;
    status: 'requested' | 'sent';
    requested_at: Generated<Date>;
    sent_at: Date | null;
  };
}
