import { Injectable } from '@nestjs/common';
import { OrderUpdateAnnounced, StockUpdateAnnounced } from '@mesh/contracts/catalog/notifications';
import type {
  OrderUpdateAnnounced as OrderUpdateData,
  StockUpdateAnnounced as StockUpdateData,
} from '@mesh/contracts/notifications-events';
import { EventHandler, type ReceivedEvent } from '@mesh/service-kit';
import { toOrderUpdate } from '../outbound/order-mapping.js';
import { LiveHub } from '../use-cases/live-hub.js';

/**
 * Takes the changes of orders that are announced to browsers, at every replica. An announcement that gets
 * lost is not asked for again: the sessions notice the gap and read the history.
 */
export class OrderUpdatesSubscriber {
  constructor(private readonly hub: LiveHub) {}

  @EventHandler(OrderUpdateAnnounced, {
    group: 'gateway',
    filter: ['browser.#'],
    ephemeral: true,
    delivery: 'at-most-once',
  })
  async onOrderUpdate({ data }: ReceivedEvent<OrderUpdateData>): Promise<void> {
    this.hub.orderUpdated(toOrderUpdate(data));
  }
}

/** Takes the changes of stock that are announced, at every replica. */
@Injectable()
export class StockUpdatesSubscriber {
  constructor(private readonly hub: LiveHub) {}

  @EventHandler(StockUpdateAnnounced, {
    group: 'gateway',
    filter: ['stock.#'],
    ephemeral: true,
    delivery: 'at-most-once',
  })
  async onStockUpdate({ data }: ReceivedEvent<StockUpdateData>): Promise<void> {
    const { sku, available, version } = data;
    this.hub.stockUpdated({ sku, available, version });
  }
}
