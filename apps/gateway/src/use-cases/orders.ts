import type { Caller } from '../domain/caller.js';
import type { Order } from '../domain/order.js';
import type { Page, PageRequest } from '../domain/page.js';

export const ORDERS = Symbol('ORDERS');

/** The orders of a caller, where they are kept. Every call sees the caller's own only. */
export interface Orders {
  /** Places an order once per (customer, idempotency key). */
  place(caller: Caller, request: PlaceOrder): Promise<PlacedOrder>;
  get(caller: Caller, orderId: string): Promise<Order>;
  /** Newest first. */
  list(caller: Caller, page: PageRequest): Promise<Page<Order>>;
  cancel(caller: Caller, orderId: string): Promise<Order>;
}

export interface PlaceOrder {
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly idempotencyKey: string;
}

export interface PlacedOrder {
  readonly order: Order;
  /** The key had been used before with the same lines; `order` is that order as it is now. */
  readonly replayed: boolean;
}
