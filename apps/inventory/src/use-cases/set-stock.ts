import type { StockItem } from '../domain/stock-item.js';
import { stockChanged } from './stock-changed.js';
import { stockChangedSince, stockNotFound } from './stock-error.js';
import type { StockStore } from './stock-store.js';

export interface SetStockCommand {
  readonly sku: string;
  readonly quantity: number;
  /** Versions of which the item must have one. @default any */
  readonly expected?: readonly number[] | undefined;
}

/**
 * Sets what can still be ordered of a SKU; what is reserved stays reserved.
 * @throws StockError STOCK_NOT_FOUND, or PRECONDITION_FAILED when the item's version is none of `expected`
 */
export class SetStock {
  constructor(
    private readonly store: StockStore,
    private readonly now: () => Date,
  ) {}

  execute({ sku, quantity, expected }: SetStockCommand): Promise<StockItem> {
    return this.store.transaction(async (tx) => {
      const result = await tx.setAvailable(sku, quantity, expected);
      if (result.kind === 'unknown') throw stockNotFound(sku);
      if (result.kind === 'changed') throw stockChangedSince(sku, result.version);
      await tx.append(stockChanged([result.item], this.now()));
      return result.item;
    });
  }
}
