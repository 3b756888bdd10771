import { sql, type Kysely, type Transaction } from 'kysely';
import type { NewEvent } from '@mesh/contracts';
import type { Notification } from '../domain/notification.js';
import type {
  NotificationStore,
  NotificationTransaction,
} from '../use-cases/notification-store.js';
import type { NotificationsDatabase } from './notifications-database.js';

/** The part of the outbox that this store needs. */
export interface EventAppender {
  appendAll(
    tx: Transaction<NotificationsDatabase>,
    events: readonly NewEvent[],
    options: { readonly causationId: string },
  ): Promise<unknown>;
}

/** Notifications in PostgreSQL, with the outbox in the same transactions. */
export class PostgresNotificationStore implements NotificationStore {
  readonly #db: Kysely<NotificationsDatabase>;
  readonly #outbox: EventAppender;

  constructor(deps: {
    readonly db: Kysely<NotificationsDatabase>;
    readonly outbox: EventAppender;
  }) {
    this.#db = deps.db;
    this.#outbox = deps.outbox;
  }

  /** Operations in a transaction that the caller commits, for what `cause` tells. */
  within(
    tx: Transaction<NotificationsDatabase>,
    cause: { readonly id: string },
  ): NotificationTransaction {
    const outbox = this.#outbox;
    return {
      async add(notification) {
        const added = await tx
          .insertInto('notifications')
          .values({ ...toRow(notification), status: 'requested' })
          .onConflict((conflict) => conflict.column('notification_id').doNothing())
          .executeTakeFirst();
        return added.numInsertedOrUpdatedRows === 1n;
      },
      async append(events) {
        await outbox.appendAll(tx, events, { causationId: cause.id });
      },
    };
  }

  async isSent(notificationId: string): Promise<boolean> {
    const row = await this.#db
      .selectFrom('notifications')
      .select('status')
      .where('notification_id', '=', notificationId)
      .executeTakeFirst();
    return row?.status === 'sent';
  }

  async markSent(notification: Notification): Promise<void> {
    const sent = { status: 'sent', sent_at: sql<Date>`now()` } as const;
    await this.#db
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
