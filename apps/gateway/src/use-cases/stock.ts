import type { Caller } from '../domain/caller.js';
import type { Page, PageRequest } from '../domain/page.js';
import type { StockItem } from '../domain/stock-item.js';

/** The stock, where it is kept. Reading is public. */
export interface Stock {
  get(sku: string): Promise<StockItem>;
  /** In SKU order. */
  list(page: PageRequest): Promise<Page<StockItem>>;
  /** Sets what can still be ordered; the caller needs the role `operator`. */
  set(caller: Caller, sku: string, quantity: number): Promise<StockItem>;
}
