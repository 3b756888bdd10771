import type { StockItem } from '../domain/stock-item.js';
import type { StockStore } from './stock-store.js';

/** The items of several SKUs, each once, in SKU order; unknown ones are left out. */
export class BatchGetStock {
  constructor(private readonly store: StockStore) {}

  execute(skus: readonly string[]): Promise<readonly StockItem[]> {
    return this.store.find(skus);
  }
}
