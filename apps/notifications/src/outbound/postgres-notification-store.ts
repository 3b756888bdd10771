import { sql, type Kysely, type Transaction } from 'kysely';
import type { EventDefinition } from '@mesh/contracts';
import type { Notification } from '../domain/notification.js';
import type {
  NotificationStore,
  NotificationTransaction,
} from '../use-cases/notification-store.js';
import type { NotificationsDatabase } from './notifications-database.js';

/** The part of the outbox that this store needs. */
export interface EventAppender {
  append<Data>(
    tx: Transaction<NotificationsDatabase>,
    definition: EventDefinition<Data>,
    data: Data,
  ): Promise<unknown>;
}

/** Notifications in PostgreSQL, with the outbox in the same transactions. */
export class PostgresNotificationStore implements NotificationStore {
  constructor(
    private readonly db: Kysely<NotificationsDatabase>,
    private readonly outbox: EventAppender,
  ) {}

  /** Operations in a transaction that the caller commits. */
  within(tx: Transaction<NotificationsDatabase>): NotificationTransaction {
    const { outbox } = this;
    return {
      async add(notification) {
        const added = await tx
          .insertInto('notifications')
          .values({ ...toRow(notification), status: 'requested' })
          .onConflict((conflict) => conflict.column('notification_id').doNothing())
          .executeTakeFirst();
        return added.numInsertedOrUpdatedRows === 1n;
      },
      async append(definition, data) {
        await outbox.append(tx, definition, data);
      },
    };
  }

  async isSent(notificationId: string): Promise<boolean> {
    const row = await this.db
      .selectFrom('notifications')
      .select('status')
      .where('notification_id', '=', notificationId)
      .executeTakeFirst();
    return row?.status === 'sent';
  }

  async markSent(notification: Notification): Promise<void> {
    const sent = { status: 'sent', sent_at: sql<Date>`now()` } as const;
    await this.db
      .insertInto('notifications')
      .values({ ...toRow(notification), ...sent })
      .onConflict((conflict) =>
        conflict
          .column('notification_id')
          .doUpdateSet(sent)
          .where('notifications.status', '!=', 'sent'),
      )
      .execute();
  }
}

function toRow({ notificationId, orderId, customerId, kind }: Notification) {
  return {
    notification_id: notificationId,
    order_id: orderId,
    customer_id: customerId,
    kind,
  };
}
