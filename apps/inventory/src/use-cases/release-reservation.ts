import { ReservationReleased } from '@mesh/contracts/catalog/inventory';
import { stockChanged } from './stock-changed.js';
import type { StockTransaction } from './stock-store.js';

/**
 * Gives back what is reserved for an order, once. A release that comes before its reservation leaves
 * `released`, so that the reservation then takes nothing.
 */
export class ReleaseReservation {
  constructor(private readonly now: () => Date) {}

  async execute(tx: StockTransaction, orderId: string): Promise<void> {
    const lines = await tx.releaseReservation(orderId);
    if (lines.length === 0) return;
    const occurredAt = this.now();
    await tx.append([
      ...stockChanged(await tx.giveBack(lines), occurredAt),
      ReservationReleased.with({ orderId, occurredAt }),
    ]);
  }
}
