import type { NewEvent } from '@mesh/contracts';
import { StockChanged } from '@mesh/contracts/catalog/inventory';
import type { StockChange } from '../domain/stock-item.js';

/** What every use case that changes `available` says of it, in the same transaction. */
export function stockChanged(changes: readonly StockChange[], occurredAt: Date): NewEvent[] {
  return changes.map(({ sku, available, version }) =>
    StockChanged.with({ sku, available, version, occurredAt }),
  );
}
