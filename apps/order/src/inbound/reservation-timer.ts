import { isRetryable, isErrorCode, Retention, RUNTIME, type Runtime } from '@mesh/service-kit';
import { withTrace } from '@mesh/tracing';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { ExpireReservation } from '../use-cases/expire-reservation.js';
import { ForgetHistory } from '../use-cases/forget-history.js';
import { ForgetIdempotencyKeys } from '../use-cases/forget-idempotency-keys.js';

/** Overdue reservations are looked for so often: one look-up in a small index. */
const EXPIRE_EVERY_MS = 500;
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
    const { lifecycle } = this.runtime;
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
    const expiring = this.#repeat(EXPIRE_EVERY_MS, () => this.#expireAll());
    lifecycle.onStop('intake', 'reservation timer', () => expiring);
  }

  async #expireAll(): Promise<void> {
    const { log, lifecycle } = this.runtime;
    while (!lifecycle.stopping.aborted) {
      const order = await withTrace(undefined, () => this.expireReservation.execute());
      if (!order) return;
      log.info({ orderId: order.orderId }, 'The reservation of an order timed out');
    }
  }

  async #repeat(everyMs: number, work: () => Promise<unknown>): Promise<void> {
    const { log, lifecycle } = this.runtime;
    while (!lifecycle.stopping.aborted) {
      await work().catch((error: unknown) => {
        const code = (error as { code?: unknown }).code;
        const passing = isErrorCode(code) && isRetryable(code);
        log[passing ? 'debug' : 'error']({ err: error }, 'What is due was not done; it will be');
      });
      await pause(everyMs, undefined, { signal: lifecycle.stopping }).catch(() => undefined);
    }
  }
}
