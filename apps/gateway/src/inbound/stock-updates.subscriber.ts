import { StockUpdateAnnounced } from '@mesh/contracts/catalog/notifications';
import type { StockUpdateAnnounced as StockUpdateData } from '@mesh/contracts/notifications-events';
import { EventHandler, type ReceivedEvent } from '@mesh/service-kit';
import type { StockUpdate } from '../domain/stock-item.js';
import type { StateFeed } from '../use-cases/state-feed.js';

/** Takes the changes of stock that are announced, at every replica. */
export class StockUpdatesSubscriber {
  constructor(private readonly feed: StateFeed) {}

  @EventHandler(StockUpdateAnnounced, {
    group: 'gateway',
    filter: ['stock.#'],
    ephemeral: true,
    delivery: 'at-most-once',
  })
  async onStockUpdate({ data }: ReceivedEvent<StockUpdateData>): Promise<void> {
    const { sku, available, version } = data;
    const update: StockUpdate = { key: sku, available, version };
    this.feed.updated(update);
  }
}
