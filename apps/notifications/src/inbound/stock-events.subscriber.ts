import { Injectable } from '@nestjs/common';
import type { Transaction } from 'kysely';
import { StockChanged } from '@mesh/contracts/catalog/inventory';
import type { StockChanged as StockChangedData } from '@mesh/contracts/inventory-events';
import { EventBatchHandler, type ReceivedEvent } from '@mesh/service-kit';
import type { NotificationsDatabase } from '../outbound/notifications-database.js';
import { PostgresNotificationStore } from '../outbound/postgres-notification-store.js';
import { AnnounceStockChange } from '../use-cases/announce-stock-change.js';
import { occurredAt } from './occurred-at.js';

/** Tells browsers of each change of stock; a group of its own, so that orders and stock are replayed apart. */
@Injectable()
export class StockEventsSubscriber {
  constructor(
    private readonly store: PostgresNotificationStore,
    private readonly announce: AnnounceStockChange,
  ) {}

  @EventBatchHandler(StockChanged, { group: 'notifications.stock' })
  async onChanged(
    events: readonly ReceivedEvent<StockChangedData>[],
    tx: Transaction<NotificationsDatabase>,
  ): Promise<void> {
    const changes = events.map((event) => ({
      change: { ...event.data, occurredAt: occurredAt(event) },
      cause: event,
    }));
    await this.announce.execute(this.store.within(tx), changes);
  }
}
