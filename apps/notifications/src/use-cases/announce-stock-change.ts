import { StockUpdateAnnounced } from '@mesh/contracts/catalog';
import type { NotificationTransaction } from './notification-store.js';

/** A change of what can still be ordered of one SKU. */
export interface StockChange {
  readonly sku: string;
  readonly available: number;
  readonly version: number;
  readonly occurredAt: Date;
}

/** Tells every browser of a change of stock. */
export class AnnounceStockChange {
  async execute(tx: NotificationTransaction, change: StockChange): Promise<void> {
    await tx.append([StockUpdateAnnounced.with(change)]);
  }
}
