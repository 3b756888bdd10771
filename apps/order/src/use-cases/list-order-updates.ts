import type { OrderUpdate } from '../domain/order.js';
import { orderNotFound } from './order-not-found.js';
import type { OrderStore } from './order-store.js';

export interface OrderUpdatesQuery {
  readonly customerId: string;
  readonly orderId: string;
  /** 0 for the whole history. */
  readonly afterVersion: number;
}

/** The history of one order after a version, in version order and without a gap. */
export class ListOrderUpdates {
  constructor(private readonly store: OrderStore) {}

  /** @throws OrderError ORDER_NOT_FOUND */
  async execute(query: OrderUpdatesQuery): Promise<readonly OrderUpdate[]> {
    const { customerId, orderId, afterVersion } = query;
    const history = await this.store.history(customerId, orderId, afterVersion);
    return history?.updates ?? orderNotFound(orderId);
  }
}
