import { metrics } from '@mesh/tracing';
import { AppError } from '@mesh/service-kit';

const open = metrics.gauge({
  name: 'mesh_rpc_streams',
  help: 'Server streams over Connect and gRPC-Web that are open',
});
const retryAfterMs = 5000;

export interface StreamLimits {
  /** Of this process. */
  readonly max: number;
  readonly maxPerCustomer: number;
}

/** Bounds how many streams are open at once, of everybody and of one customer. */
export class StreamSlots {
  readonly #limits: StreamLimits;
  readonly #byCustomer = new Map<string, number>();
  #open = 0;

  constructor(limits: StreamLimits) {
    this.#limits = limits;
  }

  /** Takes a place; the result gives it back, once. @throws AppError TOO_MANY_REQUESTS, OVERLOADED */
  take(customerId: string): () => void {
    const { max, maxPerCustomer } = this.#limits;
    const own = this.#byCustomer.get(customerId) ?? 0;
    if (own >= maxPerCustomer) {
      const message = `You have ${own} streams open; end one, or subscribe at /live instead`;
      throw new AppError('TOO_MANY_REQUESTS', message, { retryAfterMs });
    }
    if (this.#open >= max)
      throw new AppError('OVERLOADED', `${max} streams are open`, { retryAfterMs });
    this.#count(customerId, 1);
    let held = true;
    return () => {
      if (held) this.#count(customerId, -1);
      held = false;
    };
  }

  #count(customerId: string, change: number): void {
    const own = (this.#byCustomer.get(customerId) ?? 0) + change;
    if (own === 0) this.#byCustomer.delete(customerId);
    else this.#byCustomer.set(customerId, own);
    open.set((this.#open += change));
  }
}
