import type { Money } from './order.js';

export interface StockItem {
  readonly sku: string;
  readonly name: string;
  readonly price: Money;
  /** What can still be ordered. */
  readonly available: number;
  /** Grows with each change of this item. */
  readonly version: number;
}

/** What can be ordered of a SKU has changed. */
export interface StockUpdate {
  readonly sku: string;
  readonly available: number;
  /** Grows with each change of this item. */
  readonly version: number;
}
