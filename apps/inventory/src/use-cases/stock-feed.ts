import type { StockChange } from '../domain/stock-item.js';

/** Tells this process's watchers that stock changed. Keeps nothing: who comes later reads the store. */
export class StockFeed {
  readonly #listeners = new Set<(change: StockChange) => void>();

  announce(change: StockChange): void {
    for (const listener of this.#listeners) listener(change);
  }

  /** @returns what ends it */
  listen(listener: (change: StockChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
