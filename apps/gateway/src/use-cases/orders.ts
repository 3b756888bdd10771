import type { Caller } from '../domain/caller.js';
import type { Order } from '../domain/order.js';
import type { OrderUpdate } from '../domain/order-update.js';
import type { Page, PageRequest } from '../domain/page.js';

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

/** What has happened to the orders of a caller, as far back as it is kept. */
export interface OrderHistory {
  /** The changes of one order after a version. */
  ofOrder(caller: Caller, orderId: string, afterVersion: number): Promise<OrderTail>;
  /** At most `feedPageSize` changes of all of the caller's orders after a number, in that order. */
  ofFeed(caller: Caller, afterSequence: number): Promise<FeedPage>;
  /** Where the feed stands now. */
  feedPosition(caller: Caller): Promise<FeedPosition>;
}

/** What is kept of an order's changes after a version: lacks at its beginning what is too old. */
export interface OrderTail {
  /** In version order. */
  readonly updates: readonly OrderUpdate[];
  /** The order's version as of this answer. */
  readonly latest: number;
}

export interface FeedPosition {
  /** Names the life of the order database: numbers of another epoch mean nothing in this one. */
  readonly epoch: string;
  /** Number of the caller's latest change; 0 when there is none. */
  readonly latest: number;
}

export interface FeedPage extends FeedPosition {
  readonly updates: readonly OrderUpdate[];
}

export const feedPageSize = 500;
