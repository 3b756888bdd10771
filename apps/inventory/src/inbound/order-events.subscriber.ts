import { Injectable } from '@nestjs/common';
import type { Transaction } from 'kysely';
import { OrderCancelled, OrderPlaced, OrderRejected } from '@mesh/contracts/catalog';
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

/** Reserves what is ordered; gives back what is not going to be delivered. */
@Injectable()
export class OrderEventsSubscriber {
  constructor(
    private readonly store: PostgresStockStore,
    private readonly reserveStock: ReserveStock,
    private readonly releaseReservation: ReleaseReservation,
  ) {}

  @EventHandler(OrderPlaced)
  async onPlaced(
    event: ReceivedEvent<OrderPlacedData>,
    tx: Transaction<StockDatabase>,
  ): Promise<void> {
    await this.reserveStock.execute(this.store.within(tx, event), event.data);
  }

  @EventHandler(OrderCancelled)
  async onCancelled(
    event: ReceivedEvent<OrderCancelledData>,
    tx: Transaction<StockDatabase>,
  ): Promise<void> {
    await this.releaseReservation.execute(this.store.within(tx, event), event.data.orderId);
  }

  @EventHandler(OrderRejected)
  async onRejected(
    event: ReceivedEvent<OrderRejectedData>,
    tx: Transaction<StockDatabase>,
  ): Promise<void> {
    await this.releaseReservation.execute(this.store.within(tx, event), event.data.orderId);
  }
}
