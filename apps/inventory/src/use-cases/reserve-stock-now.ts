import type { Line, Reservation } from '../domain/reservation.js';
import type { ReserveStock } from './reserve-stock.js';
import type { StockStore } from './stock-store.js';

/** Reserves stock for a caller who needs the answer now; what {@link ReserveStock} says holds. */
export class ReserveStockNow {
  constructor(
    private readonly store: StockStore,
    private readonly reserveStock: ReserveStock,
  ) {}

  execute(command: {
    readonly orderId: string;
    readonly lines: readonly Line[];
  }): Promise<Reservation> {
    return this.store.transaction((tx) => this.reserveStock.execute(tx, command));
  }
}
