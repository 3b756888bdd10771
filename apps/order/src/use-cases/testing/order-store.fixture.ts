import { newOrderId } from '../../domain/order-id.js';
import type { OrderUpdate } from '../../domain/order.js';
import { type Placement, placement } from '../../domain/placement.js';
import type { OrderStore } from '../order-store.js';

export const TIMEOUT_MS = 30_000;

/** An order store as its suite needs it. */
export interface OrderLifecycleStore {
  readonly store: OrderStore;
  /** Moves the store's time on. */
  readonly advance: (ms: number) => Promise<void>;
  /** What transactions that committed have appended. */
  readonly events: () => Promise<readonly { readonly type: string }[]>;
}

export function draft(customerId: string): Placement {
  const lines = [
    { sku: 'TEA', quantity: 2, unitPrice: { amountMinor: 450, currency: 'EUR' } },
    { sku: 'CUP', quantity: 1, unitPrice: { amountMinor: 1200, currency: 'EUR' } },
  ];
  return placement({ orderId: newOrderId(), customerId }, lines);
}

export function place(
  store: OrderStore,
  order: Placement,
  key: string = order.orderId,
  requestHash = 'request',
): Promise<OrderUpdate | undefined> {
  return store.transaction((tx) => tx.place(order, { key, requestHash }, TIMEOUT_MS));
}
