import { Injectable } from '@nestjs/common';
import type { Transaction } from 'kysely';
import {
  OrderCancelled,
  OrderConfirmed,
  OrderPlaced,
  OrderRejected,
} from '@mesh/contracts/catalog';
import type {
  OrderCancelled as OrderCancelledData,
  OrderConfirmed as OrderConfirmedData,
  OrderPlaced as OrderPlacedData,
  OrderRejected as OrderRejectedData,
} from '@mesh/contracts/order-events';
import { EventHandler, type ReceivedEvent } from '@mesh/service-kit';
import { currentTraceparent } from '@mesh/tracing';
import type { OrderChange } from '../domain/order-change.js';
import type { NotificationsDatabase } from '../outbound/notifications-database.js';
import { PostgresNotificationStore } from '../outbound/postgres-notification-store.js';
import { AnnounceOrderChange } from '../use-cases/announce-order-change.js';
import { occurredAt } from './occurred-at.js';

/** What every event of an order tells. */
type OrderEvent = ReceivedEvent<OrderConfirmedData>;
type Tx = Transaction<NotificationsDatabase>;

/** Tells customers of each change of their orders. */
@Injectable()
export class OrderEventsSubscriber {
  constructor(
    private readonly store: PostgresNotificationStore,
    private readonly announce: AnnounceOrderChange,
  ) {}

  @EventHandler(OrderPlaced, { batch: true })
  async onPlaced(event: ReceivedEvent<OrderPlacedData>, tx: Tx): Promise<void> {
    const { lines, total } = event.data;
    await this.#tell(event, tx, { status: 'PLACED', ...(total && { content: { lines, total } }) });
  }

  @EventHandler(OrderConfirmed, { batch: true })
  async onConfirmed(event: ReceivedEvent<OrderConfirmedData>, tx: Tx): Promise<void> {
    await this.#tell(event, tx, { status: 'CONFIRMED' });
  }

  @EventHandler(OrderRejected, { batch: true })
  async onRejected(event: ReceivedEvent<OrderRejectedData>, tx: Tx): Promise<void> {
    await this.#tell(event, tx, { status: 'REJECTED', reason: event.data.reason });
  }

  @EventHandler(OrderCancelled, { batch: true })
  async onCancelled(event: ReceivedEvent<OrderCancelledData>, tx: Tx): Promise<void> {
    await this.#tell(event, tx, { status: 'CANCELLED', reason: event.data.reason });
  }

  async #tell(
    event: OrderEvent,
    tx: Tx,
    what: Pick<OrderChange, 'status' | 'reason' | 'content'>,
  ): Promise<void> {
    const { orderId, customerId, version, feedSequence } = event.data;
    await this.announce.execute(this.store.within(tx, event), {
      change: {
        ...{ orderId, customerId, version, feedSequence },
        occurredAt: occurredAt(event),
        ...what,
      },
      traceparent: event.traceparent ?? currentTraceparent(),
    });
  }
}
