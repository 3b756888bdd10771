/** An exact amount of one currency. */
export interface Money {
  /** Integer minor units (cents for EUR). */
  readonly amountMinor: number;
  /** ISO 4217. */
  readonly currency: string;
}
