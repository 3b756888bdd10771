import { OrderError } from '../domain/order-error.js';
import type { OrderWatch } from '../use-cases/order-signals.js';

export interface WatchesOptions {
  /** What is watched, for messages: order or feed. */
  readonly what: string;
  /** The present number of each of those that there are: of an order its version, of a feed its sequence. */
  readonly numbersOf: (keys: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  /** Watches open at once. More cost memory, and rows in the query of each poll. @default 10000 */
  readonly maxWatches?: number;
  /** All that is watched is looked at so often, should no hint of a change have come. @default 2000 */
  readonly pollMs?: number;
}

/** A hint can come before its transaction commits: what it is about is looked at again after these pauses. */
const RETRY_MS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

/**
 * Wakes those who watch something numbered when its number has grown. Looks at many in one query, at
 * once for those that a hint names and now and then for all; costs nothing while nobody watches.
 */
export class Watches {
  readonly #options: Required<WatchesOptions>;
  readonly #watched = new Map<string, { number: number; readonly wakes: Set<() => void> }>();
  /** What to look at, with the number to expect and how often it was not there. */
  readonly #hinted = new Map<string, { number: number; tries: number }>();
  #count = 0;
  #looking: Promise<void> | undefined;
  #poll: NodeJS.Timeout | undefined;

  constructor(options: WatchesOptions) {
    this.#options = { maxWatches: 10_000, pollMs: 2000, ...options };
  }

  watch(key: string): OrderWatch {
    const watch = new Watch(() => stop());
    const stop = this.onChange(key, () => watch.wake());
    return watch;
  }

  /**
   * Calls `wake` whenever the number may have grown, until what it returns is called.
   * @throws OrderError OVERLOADED when as many are being watched as this process allows
   */
  onChange(key: string, wake: () => void): () => void {
    const { what, maxWatches, pollMs } = this.#options;
    if (this.#count >= maxWatches) {
      throw new OrderError('OVERLOADED', `All ${maxWatches} ${what} watches are in use`, {
        retryAfterMs: 5000,
      });
    }
    this.#count += 1;
    this.#poll ??= setInterval(() => void this.#pollAll(), pollMs).unref();
    const entry = this.#watched.get(key) ?? { number: 0, wakes: new Set() };
    this.#watched.set(key, entry);
    entry.wakes.add(wake);
    return () => this.#forget(key, wake);
  }

  /** Looks until it shows that number, or for a second; then wakes who watches it. */
  hint(key: string, number: number): void {
    const entry = this.#watched.get(key);
    if (!entry || entry.number >= number) return;
    this.#hinted.set(key, { number, tries: 0 });
    this.#looking ??= this.#look();
  }

  async close(): Promise<void> {
    clearInterval(this.#poll);
    this.#hinted.clear();
    for (const { wakes } of this.#watched.values()) wakes.forEach((wake) => wake());
    await this.#looking;
  }

  async #look(): Promise<void> {
    while (this.#hinted.size > 0) {
      await this.#refresh([...this.#hinted.keys()]).catch(() => undefined);
      let pauseMs = Infinity;
      for (const [key, hint] of this.#hinted) {
        const seen = this.#watched.get(key)?.number ?? Infinity;
        const retryMs = RETRY_MS[hint.tries++];
        if (seen >= hint.number || retryMs === undefined) this.#hinted.delete(key);
        else pauseMs = Math.min(pauseMs, retryMs);
      }
      if (this.#hinted.size > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    this.#looking = undefined;
  }

  async #pollAll(): Promise<void> {
    await this.#refresh([...this.#watched.keys()]).catch(() => undefined);
  }

  async #refresh(keys: readonly string[]): Promise<void> {
    for (const [key, number] of await this.#options.numbersOf(keys)) {
      const entry = this.#watched.get(key);
      if (!entry || entry.number >= number) continue;
      entry.number = number;
      entry.wakes.forEach((wake) => wake());
    }
  }

  #forget(key: string, wake: () => void): void {
    const entry = this.#watched.get(key);
    if (!entry?.wakes.delete(wake)) return;
    this.#count -= 1;
    if (entry.wakes.size === 0) this.#watched.delete(key);
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
