import type { StockItem } from '../domain/stock-item.js';
import { stockChanged } from './stock-changed.js';
import { stockNotFound } from './stock-error.js';
import type { StockStore } from './stock-store.js';

/**
 * Sets what can still be ordered of a SKU; what is reserved stays reserved.
 * @throws StockError STOCK_NOT_FOUND
 */
export class SetStock {
  constructor(
    private readonly store: StockStore,
    private readonly now: () => Date,
  ) {}

  execute(command: { readonly sku: string; readonly quantity: number }): Promise<StockItem> {
    return this.store.transaction(async (tx) => {
      const item = await tx.setAvailable(command.sku, command.quantity);
      if (!item) throw stockNotFound(command.sku);
      await tx.append(stockChanged([item], this.now()));
      return item;
    });
  }
}
