/** An amount in integer minor units (cents for EUR) of an ISO 4217 currency. */
export interface Price {
  readonly amountMinor: number;
  readonly currency: string;
}

export interface StockItem {
  readonly sku: string;
  readonly name: string;
  readonly price: Price;
  /** What can still be ordered; never negative. */
  readonly available: number;
  /** Starts at 1 and grows with each change of `available`. */
  readonly version: number;
}

/** A change of what can still be ordered of one item. */
export type StockChange = Pick<StockItem, 'sku' | 'available' | 'version'>;
