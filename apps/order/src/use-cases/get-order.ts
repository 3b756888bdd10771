import type { Order } from '../domain/order.js';
import { orderNotFound } from './order-not-found.js';
import type { OrderStore } from './order-store.js';

/** Shows a customer one of his orders. */
export class GetOrder {
  constructor(private readonly store: OrderStore) {}

  /** @throws OrderError ORDER_NOT_FOUND, also for another customer's order */
  async execute(query: { readonly customerId: string; readonly orderId: string }): Promise<Order> {
    const order = await this.store.find(query.customerId, query.orderId);
    return order ?? orderNotFound(query.orderId);
  }
}
