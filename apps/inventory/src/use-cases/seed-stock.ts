import type { StockItem } from '../domain/stock-item.js';
import { stockChanged } from './stock-changed.js';
import type { StockStore } from './stock-store.js';

/** Adds the items that are not there yet; a repeat changes nothing. */
export class SeedStock {
  constructor(
    private readonly store: StockStore,
    private readonly now: () => Date,
  ) {}

  async execute(items: readonly Omit<StockItem, 'version'>[]): Promise<void> {
    await this.store.transaction(async (tx) => {
      await tx.append(stockChanged(await tx.addItems(items), this.now()));
    });
  }
}
