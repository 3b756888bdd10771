import { orderNotFound } from './order-not-found.js';
import type { OrderHistory, OrderStore } from './order-store.js';

export interface OrderUpdatesQuery {
  readonly customerId: string;
  readonly orderId: string;
  /** 0 for the whole history. */
  readonly afterVersion: number;
}

/**
 * The history of one order after a version, in version order and without a gap. What is older than
 * history is kept lacks at its beginning; the order's version tells whether it lacks altogether.
 */
export class ListOrderUpdates {
  constructor(private readonly store: OrderStore) {}

  /** @throws OrderError ORDER_NOT_FOUND */
  async execute(query: OrderUpdatesQuery): Promise<OrderHistory> {
    const { customerId, orderId, afterVersion } = query;
    const history = await this.store.history(customerId, orderId, afterVersion);
    return history ?? orderNotFound(orderId);
  }
}
