import type { Money } from '../domain/money.js';
import { OrderError } from '../domain/order-error.js';
import type { Prices } from '../use-cases/prices.js';

export interface PriceCacheOptions {
  /** Asks for prices; leaves out SKUs that do not exist; fails when nobody answers in time. */
  readonly fetch: (skus: readonly string[]) => Promise<ReadonlyMap<string, Money>>;
  /** An answer is used so long without asking again: a changed price takes so long to show. @default 30000 */
  readonly freshMs?: number;
  /** After a failure nobody is asked for so long; old answers are used at once. @default 1000 */
  readonly pauseMs?: number;
  /** Prices kept; the one that was fetched first goes first. @default 10000 */
  readonly maxEntries?: number;
  /** Milliseconds that only grow. @default performance.now */
  readonly now?: () => number;
}

interface Entry {
  readonly price: Money;
  readonly fetchedAt: number;
}

/**
 * Prices that outlive the service they come from: an answer is kept for ever, used without asking
 * while it is fresh, and used again, however old, when nobody answers. Callers that need the same
 * SKU at the same time share one question.
 */
export class PriceCache implements Prices {
  readonly #options: Required<PriceCacheOptions>;
  readonly #entries = new Map<string, Entry>();
  readonly #asked = new Map<string, Promise<void>>();
  #pausedUntil = -Infinity;

  constructor(options: PriceCacheOptions) {
    const defaults = { freshMs: 30_000, pauseMs: 1000, maxEntries: 10_000 };
    this.#options = { ...defaults, now: () => performance.now(), ...options };
  }

  async of(skus: readonly string[]): Promise<ReadonlyMap<string, Money>> {
    const old = skus.filter((sku) => !this.#isFresh(sku));
    const failure = old.length > 0 ? await this.#refresh(old) : undefined;
    const prices = new Map<string, Money>();
    for (const sku of skus) {
      const entry = this.#entries.get(sku);
      if (entry) prices.set(sku, entry.price);
      else if (failure) throw unavailable(sku, this.#options.pauseMs, failure.error);
    }
    return prices;
  }

  #isFresh(sku: string): boolean {
    const entry = this.#entries.get(sku);
    return !!entry && this.#options.now() - entry.fetchedAt < this.#options.freshMs;
  }

  /** Asks for the SKUs that nobody is asking for yet, and waits for all. */
  async #refresh(skus: readonly string[]): Promise<{ error: unknown } | undefined> {
    const mine = skus.filter((sku) => !this.#asked.has(sku));
    if (mine.length > 0) {
      const answer = this.#ask(mine).finally(() => mine.forEach((sku) => this.#asked.delete(sku)));
      mine.forEach((sku) => this.#asked.set(sku, answer));
    }
    const results = await Promise.allSettled(new Set(skus.map((sku) => this.#asked.get(sku))));
    const failed = results.find((result) => result.status === 'rejected');
    return failed && { error: failed.reason };
  }

  async #ask(skus: readonly string[]): Promise<void> {
    const { fetch, now, pauseMs, maxEntries } = this.#options;
    if (now() < this.#pausedUntil) throw new Error('Asking is paused after a failure');
    let prices: ReadonlyMap<string, Money>;
    try {
      prices = await fetch(skus);
    } catch (error) {
      this.#pausedUntil = now() + pauseMs;
      throw error;
    }
    const fetchedAt = now();
    for (const sku of skus) {
      const price = prices.get(sku);
      this.#entries.delete(sku);
      if (price) this.#entries.set(sku, { price, fetchedAt });
    }
    for (const sku of this.#entries.keys()) {
      if (this.#entries.size <= maxEntries) break;
      this.#entries.delete(sku);
    }
  }
}

function unavailable(sku: string, retryAfterMs: number, cause: unknown): OrderError {
  return new OrderError(
    'INVENTORY_UNAVAILABLE',
    `Nothing is known about SKU ${sku} and inventory does not answer; send the request again soon`,
    { retryAfterMs, cause },
  );
}
