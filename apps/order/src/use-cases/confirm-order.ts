import type { Order } from '../domain/order.js';
import { changeOrder } from './change-order.js';
import type { OrderTransaction } from './order-store.js';

/**
 * Saga step: the order's stock is reserved, so the order stands. Comes it too late, after a
 * rejection or a cancellation, nothing changes: the event of that change releases the stock.
 * Returns the order as it then is, or undefined when it is not one of ours.
 */
export async function confirmOrder(
  tx: OrderTransaction,
  orderId: string,
): Promise<Order | undefined> {
  const order = await tx.lock(orderId);
  return order && changeOrder(tx, order, { type: 'confirm' });
}
