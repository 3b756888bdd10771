import type { NewEvent } from '@mesh/contracts';
import { ReservationRejected, StockReserved } from '@mesh/contracts/catalog/inventory';
import {
  decideReservation,
  mergeLines,
  type Line,
  type Reservation,
} from '../domain/reservation.js';
import { stockChanged } from './stock-changed.js';
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
      await tx.append(decided(command.orderId, claim.reservation, this.now()));
      return claim.reservation;
    }
    const decision = decideReservation(lines, claim.available);
    const changes = decision.status === 'reserved' ? await tx.take(lines) : [];
    if (decision.status === 'rejected') {
      await tx.rejectReservation(command.orderId, decision.shortSkus);
    }
    const now = this.now();
    await tx.append([...stockChanged(changes, now), ...decided(command.orderId, decision, now)]);
    return decision;
  }
}

/** What is told of a decision; nothing of a release, which was told when it was made. */
function decided(orderId: string, reservation: Reservation, occurredAt: Date): NewEvent[] {
  switch (reservation.status) {
    case 'reserved':
      return [StockReserved.with({ orderId, occurredAt })];
    case 'rejected': {
      const skus = reservation.shortSkus;
      return [
        ReservationRejected.with({ orderId, reason: 'INSUFFICIENT_STOCK', skus, occurredAt }),
      ];
    }
    case 'released':
      return [];
  }
}
