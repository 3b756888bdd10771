import type { Order } from '../domain/order.js';
import { changeOrder } from './change-order.js';
import type { OrderStore } from './order-store.js';

/**
 * Rejects an order whose reservation nobody answered in time; its event releases what was reserved
 * after all. The deadlines are in the store, so no restart loses one. Replicas share the work: an
 * order that one has locked is passed by the others.
 */
export class ExpireReservation {
  constructor(private readonly store: OrderStore) {}

  /** Rejects the order that is overdue the longest and returns it; undefined when none is. */
  execute(): Promise<Order | undefined> {
    return this.store.transaction(async (tx) => {
      const order = await tx.lockOverdue();
      return order && changeOrder(tx, order, { type: 'expire' });
    });
  }
}
