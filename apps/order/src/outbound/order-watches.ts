import { OrderError } from '../domain/order-error.js';
import type { OrderSignals, OrderWatch } from '../use-cases/order-signals.js';
import type { OrderHint } from './order-change-channel.js';

export interface OrderWatchesOptions {
  /** The present version of each of the orders. */
  readonly versionsOf: (orderIds: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  /** Watches open at once. More cost memory, and rows in the query of each poll. @default 10000 */
  readonly maxWatches?: number;
  /** All watched orders are looked at so often, should no hint of a change have come. @default 2000 */
  readonly pollMs?: number;
}

/** A hint can come before its transaction commits: its order is looked at again after these pauses. */
const RETRY_MS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

/**
 * Wakes those who watch an order when its version has grown. Looks at many orders in one query, at
 * once for those that a hint names and now and then for all; costs nothing while nobody watches.
 */
export class OrderWatches implements OrderSignals {
  readonly #options: Required<OrderWatchesOptions>;
  readonly #watched = new Map<string, { version: number; readonly watches: Set<Watch> }>();
  /** Orders to look at, with the version to expect and how often it was not there. */
  readonly #hinted = new Map<string, { version: number; tries: number }>();
  #count = 0;
  #looking: Promise<void> | undefined;
  #poll: NodeJS.Timeout | undefined;

  constructor(options: OrderWatchesOptions) {
    this.#options = { maxWatches: 10_000, pollMs: 2000, ...options };
  }

  watch(orderId: string): OrderWatch {
    const { maxWatches, pollMs } = this.#options;
    if (this.#count >= maxWatches) {
      throw new OrderError('OVERLOADED', `All ${maxWatches} order watches are in use`, {
        retryAfterMs: 5000,
      });
    }
    this.#count += 1;
    this.#poll ??= setInterval(() => void this.#pollAll(), pollMs).unref();
    const entry = this.#watched.get(orderId) ?? { version: 0, watches: new Set<Watch>() };
    this.#watched.set(orderId, entry);
    const watch = new Watch(() => this.#forget(orderId, watch));
    entry.watches.add(watch);
    return watch;
  }

  /** Looks at the order until it shows that version, or for a second; then wakes who watches it. */
  hint({ orderId, version }: OrderHint): void {
    const entry = this.#watched.get(orderId);
    if (!entry || entry.version >= version) return;
    this.#hinted.set(orderId, { version, tries: 0 });
    this.#looking ??= this.#look();
  }

  async close(): Promise<void> {
    clearInterval(this.#poll);
    this.#hinted.clear();
    for (const { watches } of this.#watched.values()) watches.forEach((watch) => watch.wake());
    await this.#looking;
  }

  async #look(): Promise<void> {
    while (this.#hinted.size > 0) {
      await this.#refresh([...this.#hinted.keys()]).catch(() => undefined);
      let pauseMs = Infinity;
      for (const [orderId, hint] of this.#hinted) {
        const seen = this.#watched.get(orderId)?.version ?? Infinity;
        const retryMs = RETRY_MS[hint.tries++];
        if (seen >= hint.version || retryMs === undefined) this.#hinted.delete(orderId);
        else pauseMs = Math.min(pauseMs, retryMs);
      }
      if (this.#hinted.size > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    this.#looking = undefined;
  }

  async #pollAll(): Promise<void> {
    await this.#refresh([...this.#watched.keys()]).catch(() => undefined);
  }

  async #refresh(orderIds: readonly string[]): Promise<void> {
    for (const [orderId, version] of await this.#options.versionsOf(orderIds)) {
      const entry = this.#watched.get(orderId);
      if (!entry || entry.version >= version) continue;
      entry.version = version;
      entry.watches.forEach((watch) => watch.wake());
    }
  }

  #forget(orderId: string, watch: Watch): void {
    const entry = this.#watched.get(orderId);
    if (!entry?.watches.delete(watch)) return;
    this.#count -= 1;
    if (entry.watches.size === 0) this.#watched.delete(orderId);
    if (this.#count > 0) return;
    clearInterval(this.#poll);
    this.#poll = undefined;
  }
}

class Watch implements OrderWatch {
  #woken = false;
  #resume: (() => void) | undefined;
  readonly #abort = (): void => this.#resume?.();

  constructor(readonly close: () => void) {}

  wake(): void {
    this.#woken = true;
    this.#resume?.();
  }

  async changed(signal: AbortSignal): Promise<void> {
    if (!this.#woken && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#resume = resolve;
        signal.addEventListener('abort', this.#abort);
      });
      signal.removeEventListener('abort', this.#abort);
    }
    this.#woken = false;
    this.#resume = undefined;
  }
}
