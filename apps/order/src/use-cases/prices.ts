import type { Money } from '../domain/money.js';

/** What SKUs cost. */
export interface Prices {
  /**
   * The price of each SKU that exists; SKUs that do not are left out. Prices may be a while old.
   * @throws OrderError INVENTORY_UNAVAILABLE when nothing is known about a SKU and nobody can be asked
   */
  of(skus: readonly string[]): Promise<ReadonlyMap<string, Money>>;
}
