import { StockUpdateAnnounced } from '@mesh/contracts/catalog/notifications';
import type { Cause, NotificationTransaction } from './notification-store.js';

/** A change of what can still be ordered of one SKU. */
export interface StockChange {
  readonly sku: string;
  readonly available: number;
  readonly version: number;
  readonly occurredAt: Date;
}

/** Tells every browser of changes of stock. */
export class AnnounceStockChange {
  async execute(
    tx: NotificationTransaction,
    changes: readonly { readonly change: StockChange; readonly cause: Cause }[],
  ): Promise<void> {
    await tx.append(
      changes.map(({ change, cause }) => ({ ...StockUpdateAnnounced.with(change), cause })),
    );
  }
}
