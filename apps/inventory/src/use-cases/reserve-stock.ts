import { ReservationRejected, StockReserved } from '@mesh/contracts/catalog';
import {
  decideReservation,
  mergeLines,
  type Line,
  type Reservation,
} from '../domain/reservation.js';
import { appendStockChanges } from './append-stock-changes.js';
import type { StockTransaction } from './stock-store.js';

/**
 * Reserves all lines of an order or none, once per order id. A repeat changes nothing, whatever its
 * lines: it gets the first answer, and that answer is announced again for who missed it. After a
 * release nothing is reserved and nothing announced.
 */
export class ReserveStock {
  constructor(private readonly now: () => Date) {}

  async execute(
    tx: StockTransaction,
    command: { readonly orderId: string; readonly lines: readonly Line[] },
  ): Promise<Reservation> {
    const lines = mergeLines(command.lines);
    const claim = await tx.claimReservation(command.orderId, lines);
    if (claim.kind === 'decided') {
      await this.#announce(tx, command.orderId, claim.reservation);
      return claim.reservation;
    }
    const decision = decideReservation(lines, claim.available);
    if (decision.status === 'reserved') {
      await appendStockChanges(tx, await tx.take(lines), this.now());
    } else {
      await tx.rejectReservation(command.orderId, decision.shortSkus);
    }
    await this.#announce(tx, command.orderId, decision);
    return decision;
  }

  async #announce(tx: StockTransaction, orderId: string, reservation: Reservation): Promise<void> {
    const occurredAt = this.now();
    if (reservation.status === 'reserved') {
      await tx.append(StockReserved, { orderId, occurredAt });
    } else if (reservation.status === 'rejected') {
      const skus = reservation.shortSkus;
      await tx.append(ReservationRejected, {
        orderId,
        reason: 'INSUFFICIENT_STOCK',
        skus,
        occurredAt,
      });
    }
  }
}
