export type OrderStatus = 'PLACED' | 'CONFIRMED' | 'REJECTED' | 'CANCELLED';

export interface Money {
  /** In the smallest unit of the currency. */
  readonly amountMinor: number;
  /** ISO 4217. */
  readonly currency: string;
}

export interface Order {
  readonly orderId: string;
  readonly status: OrderStatus;
  /** From 1, without gaps. */
  readonly version: number;
  readonly lines: readonly {
    readonly sku: string;
    readonly quantity: number;
    readonly unitPrice: Money;
  }[];
  readonly total: Money;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly reason?: string;
}

/** An order has reached a version. */
export interface OrderUpdated {
  readonly type: 'updated';
  readonly orderId: string;
  readonly version: number;
  readonly status: OrderStatus;
  /** ISO 8601. */
  readonly occurredAt: string;
  readonly reason?: string;
  /** Of the trace that made the change (W3C Trace Context). */
  readonly traceparent: string;
  /** The place behind this update, for {@link OrdersOptions.cursor}; of no use from an order's own subscription. */
  readonly cursor: string;
  /** Earlier versions of this order were left out just before, because this consumer, or its connection, was too slow. */
  readonly conflated: boolean;
}

export type ResyncReason =
  /** The history of the updates is another one: the database was restored. */
  | 'EPOCH_CHANGED'
  | 'CURSOR_TOO_OLD'
  | 'CURSOR_AHEAD'
  /** Of one order: its changes after the version are not kept any more. */
  | 'HISTORY_GONE'
  /** Of one order: it has not reached the version. */
  | 'VERSION_AHEAD'
  /** Nobody gave out the cursor, or to somebody else, or with another secret. */
  | 'CURSOR_INVALID'
  /** More orders changed than the queue of a slow consumer holds. */
  | 'OVERFLOW';

/** What was known may be wrong: start over from `snapshot`. Updates go on behind it. */
export interface Resync {
  readonly type: 'resync';
  readonly reason: ResyncReason;
  /** The first page of the customer's orders, newest first, or the one order; null: ask for it by HTTP now. */
  readonly snapshot: {
    readonly items: readonly Order[];
    readonly nextCursor: string | null;
  } | null;
  readonly cursor: string;
}

/** What can still be ordered of a SKU. */
export interface StockUpdated {
  readonly type: 'updated';
  readonly sku: string;
  readonly available: number;
  readonly version: number;
}

/** Changes of stock may have been missed: ask for it by HTTP now. Updates go on. */
export interface StockResync {
  readonly type: 'resync';
  readonly reason: 'RECONNECTED' | 'OVERFLOW';
}

export type OrderEvent = OrderUpdated | Resync;
export type OrdersEvent = OrderUpdated | Resync;
export type StockEvent = StockUpdated | StockResync;
