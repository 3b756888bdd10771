import type { StockItem } from '../domain/stock-item.js';
import { stockNotFound } from './stock-error.js';
import type { StockStore } from './stock-store.js';

/** The item of a SKU. @throws StockError STOCK_NOT_FOUND */
export class GetStock {
  constructor(private readonly store: StockStore) {}

  async execute(sku: string): Promise<StockItem> {
    const [item] = await this.store.find([sku]);
    if (!item) throw stockNotFound(sku);
    return item;
  }
}
