import { ReservationRejected, StockReserved } from '@mesh/contracts/catalog/inventory';
import type {
  ReservationRejected as ReservationRejectedData,
  StockReserved as StockReservedData,
} from '@mesh/contracts/inventory-events';
import { EventHandler, type ReceivedEvent } from '@mesh/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import type { Transaction } from 'kysely';
import type { OrderTables } from '../outbound/order-tables.js';
import { PostgresOrderStore } from '../outbound/postgres-order-store.js';
import { confirmOrder } from '../use-cases/confirm-order.js';
import { rejectOrder } from '../use-cases/reject-order.js';

/** Takes inventory's answers into the saga, in the transaction that remembers the event as handled. */
@Injectable()
export class InventoryEventsSubscriber {
  constructor(@Inject(PostgresOrderStore) private readonly store: PostgresOrderStore) {}

  @EventHandler(StockReserved)
  async onStockReserved(
    event: ReceivedEvent<StockReservedData>,
    tx: Transaction<OrderTables>,
  ): Promise<void> {
    await confirmOrder(this.store.within(tx, { eventId: event.id }), event.data.orderId);
  }

  @EventHandler(ReservationRejected)
  async onReservationRejected(
    event: ReceivedEvent<ReservationRejectedData>,
    tx: Transaction<OrderTables>,
  ): Promise<void> {
    await rejectOrder(this.store.within(tx, { eventId: event.id }), event.data);
  }
}
