import { doWhatIsDue, Retention, RUNTIME, type Runtime } from '@mesh/service-kit';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ExpireReservation } from '../use-cases/expire-reservation.js';
import { ForgetHistory } from '../use-cases/forget-history.js';
import { ForgetIdempotencyKeys } from '../use-cases/forget-idempotency-keys.js';

const FORGET_EVERY_MS = 600_000;

/** Lets what is due in the database happen: each replica looks by itself, and none does it twice. */
@Injectable()
export class ReservationTimer implements OnApplicationBootstrap {
  constructor(
    @Inject(RUNTIME) private readonly runtime: Runtime,
    @Inject(ExpireReservation) private readonly expireReservation: ExpireReservation,
    @Inject(ForgetIdempotencyKeys) private readonly forgetKeys: ForgetIdempotencyKeys,
    @Inject(ForgetHistory) private readonly forgetHistory: ForgetHistory,
    @Inject(Retention) private readonly retention: Retention,
  ) {}

  onApplicationBootstrap(): void {
    this.retention.add({
      name: 'idempotency keys',
      everyMs: FORGET_EVERY_MS,
      run: (_now, signal) => this.forgetKeys.execute(signal),
    });
    this.retention.add({
      name: 'order history',
      everyMs: FORGET_EVERY_MS,
      run: (now, signal) => this.forgetHistory.execute(now, signal),
    });
    doWhatIsDue(this.runtime, { name: 'reservation timer', next: () => this.#expire() });
  }

  /** Overdue reservations: one look-up in a small index. */
  async #expire(): Promise<boolean> {
    const order = await this.expireReservation.execute();
    if (order)
      this.runtime.log.info({ orderId: order.orderId }, 'The reservation of an order timed out');
    return order !== undefined;
  }
}
