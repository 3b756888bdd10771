import {
  OrderCancelled,
  OrderConfirmed,
  OrderPlaced,
  OrderRejected,
} from '@mesh/contracts/catalog/order';
import type { OrderUpdate } from '../domain/order.js';
import type { Placement } from '../domain/placement.js';
import type { OrderTransaction } from './order-store.js';

/** Appends the event that tells others of a placed order. */
export function appendPlaced(
  tx: OrderTransaction,
  { lines, total }: Placement,
  update: OrderUpdate,
): Promise<void> {
  const { orderId, customerId, version, occurredAt, feedSequence } = update;
  return tx.append(OrderPlaced, {
    orderId,
    customerId,
    lines,
    total,
    version,
    occurredAt,
    feedSequence,
  });
}

/** Appends the event that tells others of a change of an order. */
export function appendChange(tx: OrderTransaction, update: OrderUpdate): Promise<void> {
  const { orderId, customerId, version, occurredAt, feedSequence, status } = update;
  const data = { orderId, customerId, version, occurredAt, feedSequence };
  const reason = update.reason ?? '';
  switch (status) {
    case 'CONFIRMED':
      return tx.append(OrderConfirmed, data);
    case 'REJECTED':
      return tx.append(OrderRejected, { ...data, reason });
    case 'CANCELLED':
      return tx.append(OrderCancelled, { ...data, reason });
    case 'PLACED':
      throw new Error(`Order ${orderId} can't change to PLACED at version ${version}`);
  }
}
