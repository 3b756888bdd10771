import { StockChanged } from '@mesh/contracts/catalog';
import type { StockChange } from '../domain/stock-item.js';
import type { StockTransaction } from './stock-store.js';

/** Every use case that changes `available` says so here, in the same transaction. */
export async function appendStockChanges(
  tx: StockTransaction,
  changes: readonly StockChange[],
  occurredAt: Date,
): Promise<void> {
  for (const { sku, available, version } of changes) {
    await tx.append(StockChanged, { sku, available, version, occurredAt });
  }
}
