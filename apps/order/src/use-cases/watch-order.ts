import { OrderError } from '../domain/order-error.js';
import { isFinal, type OrderUpdate } from '../domain/order.js';
import type { OrderUpdatesQuery } from './list-order-updates.js';
import { orderNotFound } from './order-not-found.js';
import type { OrderSignals } from './order-signals.js';
import type { OrderStore } from './order-store.js';

/**
 * The history of one order after a version, then each change as it commits: in version order, no
 * gap, no repeat. Ends when the order can't change any more, or when the signal aborts. Every update
 * is read from the store when it is asked for, so a slow reader costs no memory.
 */
export class WatchOrder {
  constructor(
    private readonly store: OrderStore,
    private readonly signals: OrderSignals,
  ) {}

  /** @throws OrderError ORDER_NOT_FOUND, OVERLOADED, HISTORY_GONE */
  async *execute(query: OrderUpdatesQuery, signal: AbortSignal): AsyncGenerator<OrderUpdate> {
    const { customerId, orderId } = query;
    // Watching starts before the first read: what commits in between is read again, never missed.
    const watch = this.signals.watch(orderId);
    try {
      for (let version = query.afterVersion; !signal.aborted; await watch.changed(signal)) {
        const history = await this.store.history(customerId, orderId, version);
        const { updates, status, ...order } = history ?? orderNotFound(orderId);
        const next = updates[0]?.version ?? order.version + 1;
        if (next > version + 1) {
          throw new OrderError(
            'HISTORY_GONE',
            `The history of order "${orderId}" is not kept from version ${version + 1} on; get the order and watch after version ${order.version}`,
          );
        }
        yield* updates;
        if (isFinal(status)) return;
        version = updates.at(-1)?.version ?? version;
      }
    } finally {
      watch.close();
    }
  }
}
