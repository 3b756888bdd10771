import { changeOrder } from './change-order.js';
import type { OrderStore } from './order-store.js';

/**
 * Rejects orders whose reservation nobody answered in time; their event releases what was reserved
 * after all. The deadlines are in the store, so no restart loses one. Replicas share the work: an
 * order that one has locked is passed by the others.
 */
export class ExpireReservations {
  constructor(private readonly store: OrderStore) {}

  /** Goes on until no order is overdue or the signal aborts; one transaction an order. Returns how many. */
  async execute(signal?: AbortSignal): Promise<number> {
    for (let expired = 0; ; expired++) {
      if (signal?.aborted || !(await this.#expireOne())) return expired;
    }
  }

  #expireOne(): Promise<boolean> {
    return this.store.transaction(async (tx) => {
      const order = await tx.lockOverdue();
      if (!order) return false;
      await changeOrder(tx, order, { type: 'expire' });
      return true;
    });
  }
}
