import type { Order } from '../domain/order.js';
import { changeOrder } from './change-order.js';
import { orderNotFound } from './order-not-found.js';
import type { OrderStore } from './order-store.js';

/** Cancels a customer's order, which releases what is reserved for it. A repeat changes nothing. */
export class CancelOrder {
  constructor(private readonly store: OrderStore) {}

  /** @throws OrderError ORDER_NOT_FOUND, ORDER_NOT_CANCELLABLE */
  execute(command: { readonly customerId: string; readonly orderId: string }): Promise<Order> {
    return this.store.transaction(async (tx) => {
      const order = await tx.lock(command.orderId);
      if (order?.customerId !== command.customerId) return orderNotFound(command.orderId);
      return changeOrder(tx, order, { type: 'cancel' });
    });
  }
}
