import type { Caller } from '../domain/caller.js';
import type { Page, PageRequest } from '../domain/page.js';
import type { StockItem } from '../domain/stock-item.js';

export const STOCK = Symbol('STOCK');

/** The stock, where it is kept. Reading is public. */
export interface Stock {
  get(sku: string): Promise<StockItem>;
  /** In SKU order. */
  list(page: PageRequest): Promise<Page<StockItem>>;
  /** Sets what can still be ordered; the caller needs the role `operator`. */
  set(caller: Caller, change: StockSetting): Promise<StockItem>;
}

export interface StockSetting {
  readonly sku: string;
  readonly quantity: number;
  /** Versions of which the item must still have one. @default any */
  readonly expected?: readonly number[] | undefined;
}
