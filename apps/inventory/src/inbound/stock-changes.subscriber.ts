import { Injectable } from '@nestjs/common';
import { StockChanged } from '@mesh/contracts/catalog/inventory';
import type { StockChanged as StockChangedData } from '@mesh/contracts/inventory-events';
import { EventHandler, type ReceivedEvent } from '@mesh/service-kit';
import { StockFeed } from '../use-cases/stock-feed.js';

/** Wakes this replica's watchers when any replica changed stock. */
@Injectable()
export class StockChangesSubscriber {
  constructor(private readonly feed: StockFeed) {}

  @EventHandler(StockChanged, {
    group: 'inventory.watch',
    ephemeral: true,
    delivery: 'at-most-once',
  })
  async onChanged(event: ReceivedEvent<StockChangedData>): Promise<void> {
    this.feed.announce(event.data);
  }
}
