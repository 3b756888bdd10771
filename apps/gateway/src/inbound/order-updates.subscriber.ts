import { OrderUpdateAnnounced } from '@mesh/contracts/catalog/notifications';
import type { OrderUpdateAnnounced as OrderUpdateData } from '@mesh/contracts/notifications-events';
import { EventHandler, type ReceivedEvent } from '@mesh/service-kit';
import { toOrderUpdate } from '../outbound/order-mapping.js';
import type { LiveHub } from '../use-cases/live-hub.js';

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
    this.hub.updated(toOrderUpdate(data));
  }
}
