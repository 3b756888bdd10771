import { sql, type Kysely, type Transaction } from 'kysely';
import type { Notification } from '../domain/notification.js';
import type {
  CausedEvent,
  NotificationStore,
  NotificationTransaction,
} from '../use-cases/notification-store.js';
import type { NotificationsDatabase } from './notifications-database.js';

/** The part of the outbox that this store needs. */
export interface EventAppender {
  appendAll(
    tx: Transaction<NotificationsDatabase>,
    events: readonly CausedEvent[],
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

  /** Operations in a transaction that the caller commits. */
  within(tx: Transaction<NotificationsDatabase>): NotificationTransaction {
    const outbox = this.#outbox;
    return {
      async add(notifications) {
        // In the order of the index, so that two batches wait for each other in one direction alone.
        const { rows } = await sql<{ id: string }>`
          insert into notifications (notification_id, order_id, customer_id, kind, status)
          select n.*, 'requested' from unnest(
            ${notifications.map((one) => one.notificationId)}::text[],
            ${notifications.map((one) => one.orderId)}::text[],
            ${notifications.map((one) => one.customerId)}::text[],
            ${notifications.map((one) => one.kind)}::text[]
          ) as n order by 1
          on conflict (notification_id) do nothing returning notification_id as id`.execute(tx);
        return new Set(rows.map(({ id }) => id));
      },
      async append(events) {
        await outbox.appendAll(tx, events);
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
