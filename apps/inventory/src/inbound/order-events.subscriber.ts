import { Injectable } from '@nestjs/common';
import type { Transaction } from 'kysely';
import { OrderCancelled, OrderPlaced, OrderRejected } from '@mesh/contracts/catalog/order';
import type {
  OrderCancelled as OrderCancelledData,
  OrderPlaced as OrderPlacedData,
  OrderRejected as OrderRejectedData,
} from '@mesh/contracts/order-events';
import { EventHandler, type ReceivedEvent } from '@mesh/service-kit';
import type { StockDatabase } from '../outbound/stock-database.js';
import { PostgresStockStore } from '../outbound/postgres-stock-store.js';
import { ReleaseReservation } from '../use-cases/release-reservation.js';
import { ReserveStock } from '../use-cases/reserve-stock.js';

/**
 * Orders compete for the rows of the same items: more of them at once only wait for each other, in a queue
 * of transactions that takes every connection of the pool, as was seen when a backlog met a busy machine.
 */
const few = { concurrency: 4 } as const;

/** Reserves what is ordered; gives back what is not going to be delivered. */
@Injectable()
export class OrderEventsSubscriber {
  constructor(
    private readonly store: PostgresStockStore,
    private readonly reserveStock: ReserveStock,
    private readonly releaseReservation: ReleaseReservation,
  ) {}

  @EventHandler(OrderPlaced, few)
  async onPlaced(
    event: ReceivedEvent<OrderPlacedData>,
    tx: Transaction<StockDatabase>,
  ): Promise<void> {
    await this.reserveStock.execute(this.store.within(tx, event), event.data);
  }

  @EventHandler(OrderCancelled, few)
  async onCancelled(
    event: ReceivedEvent<OrderCancelledData>,
    tx: Transaction<StockDatabase>,
  ): Promise<void> {
    await this.releaseReservation.execute(this.store.within(tx, event), event.data.orderId);
  }

  @EventHandler(OrderRejected, few)
  async onRejected(
    event: ReceivedEvent<OrderRejectedData>,
    tx: Transaction<StockDatabase>,
  ): Promise<void> {
    await this.releaseReservation.execute(this.store.within(tx, event), event.data.orderId);
  }
}
