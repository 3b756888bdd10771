import type { Order } from '../domain/order.js';
import { changeOrder } from './change-order.js';
import type { OrderTransaction } from './order-store.js';

/**
 * Saga step: the order's stock can't be reserved, so the order is rejected. A late answer changes
 * nothing. Returns the order as it then is, or undefined when it is not one of ours.
 */
export async function rejectOrder(
  tx: OrderTransaction,
  rejection: { readonly orderId: string; readonly reason: string },
): Promise<Order | undefined> {
  const order = await tx.lock(rejection.orderId);
  const reason = rejection.reason || 'INSUFFICIENT_STOCK';
  return order && changeOrder(tx, order, { type: 'reject', reason });
}
