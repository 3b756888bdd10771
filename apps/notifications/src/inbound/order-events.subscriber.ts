import { Injectable } from '@nestjs/common';
import type { Transaction } from 'kysely';
import {
  OrderCancelled,
  OrderConfirmed,
  OrderPlaced,
  OrderRejected,
} from '@mesh/contracts/catalog/order';
import type {
  OrderCancelled as OrderCancelledData,
  OrderConfirmed as OrderConfirmedData,
  OrderPlaced as OrderPlacedData,
  OrderRejected as OrderRejectedData,
} from '@mesh/contracts/order-events';
import { EventBatchHandler, type ReceivedEvent } from '@mesh/service-kit';
import { currentTraceparent } from '@mesh/tracing';
import type { OrderChange } from '../domain/order-change.js';
import type { NotificationsDatabase } from '../outbound/notifications-database.js';
import { PostgresNotificationStore } from '../outbound/postgres-notification-store.js';
import { AnnounceOrderChange } from '../use-cases/announce-order-change.js';
import { occurredAt } from './occurred-at.js';

type Tx = Transaction<NotificationsDatabase>;

/** Tells customers of each change of their orders. */
@Injectable()
export class OrderEventsSubscriber {
  constructor(
    private readonly store: PostgresNotificationStore,
    private readonly announce: AnnounceOrderChange,
  ) {}

  @EventBatchHandler(OrderPlaced)
  onPlaced(events: readonly ReceivedEvent<OrderPlacedData>[], tx: Tx): Promise<void> {
    return this.#tell(events, tx, ({ lines, total }) => ({
      status: 'PLACED',
      ...(total && { content: { lines, total } }),
    }));
  }

  @EventBatchHandler(OrderConfirmed)
  onConfirmed(events: readonly ReceivedEvent<OrderConfirmedData>[], tx: Tx): Promise<void> {
    return this.#tell(events, tx, () => ({ status: 'CONFIRMED' }));
  }

  @EventBatchHandler(OrderRejected)
  onRejected(events: readonly ReceivedEvent<OrderRejectedData>[], tx: Tx): Promise<void> {
    return this.#tell(events, tx, ({ reason }) => ({ status: 'REJECTED', reason }));
  }

  @EventBatchHandler(OrderCancelled)
  onCancelled(events: readonly ReceivedEvent<OrderCancelledData>[], tx: Tx): Promise<void> {
    return this.#tell(events, tx, ({ reason }) => ({ status: 'CANCELLED', reason }));
  }

  async #tell<Data extends OrderConfirmedData>(
    events: readonly ReceivedEvent<Data>[],
    tx: Tx,
    what: (data: Data) => Pick<OrderChange, 'status' | 'reason' | 'content'>,
  ): Promise<void> {
    const announcements = events.map((event) => {
      const { orderId, customerId, version, feedSequence } = event.data;
      const change = { orderId, customerId, version, feedSequence, occurredAt: occurredAt(event) };
      return {
        change: { ...change, ...what(event.data) },
        traceparent: event.traceparent ?? currentTraceparent(),
        cause: event,
      };
    });
    await this.announce.execute(this.store.within(tx), announcements);
  }
}
