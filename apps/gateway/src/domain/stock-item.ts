import type { Money } from './money.js';
import type { StateUpdate } from './state-update.js';

export interface StockItem {
  readonly sku: string;
  readonly name: string;
  readonly price: Money;
  /** What can still be ordered. */
  readonly available: number;
  /** Grows with each change of this item. */
  readonly version: number;
}

/** What can be ordered of a SKU, its key, has changed. */
export interface StockUpdate extends StateUpdate {
  readonly available: number;
}
