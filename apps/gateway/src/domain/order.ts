import type { Money } from './money.js';
import type { OrderState } from './order-update.js';

/** An order as its customer sees it. */
export interface Order {
  readonly orderId: string;
  readonly status: OrderState;
  /** Starts at 1 (PLACED) and grows by one with each change. */
  readonly version: number;
  readonly lines: readonly OrderLine[];
  readonly total: Money;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Why it was rejected or cancelled. */
  readonly reason?: string;
}

export interface OrderLine {
  readonly sku: string;
  readonly quantity: number;
  readonly unitPrice: Money;
}
