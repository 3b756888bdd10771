import { decide, evolve, type OrderCommand } from '../domain/order-lifecycle.js';
import type { Order } from '../domain/order.js';
import { appendChange } from './order-events.js';
import type { OrderTransaction } from './order-store.js';

/**
 * Does to a locked order what the command asks: its new state, its history and the event are kept
 * together. Returns the order as it then is; changes nothing when the command comes too late.
 */
export async function changeOrder(
  tx: OrderTransaction,
  order: Order,
  command: OrderCommand,
): Promise<Order> {
  const change = decide(order, command);
  if (!change) return order;
  const update = await tx.record(order, change);
  await appendChange(tx, update);
  return evolve(order, change, update.occurredAt);
}
