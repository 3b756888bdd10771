import { OrderError } from './order-error.js';

/** An amount of one currency, exact. */
export interface Money {
  /** Whole minor units (cents for EUR), from 0 to `Number.MAX_SAFE_INTEGER`. */
  readonly amountMinor: number;
  /** ISO 4217, upper case. */
  readonly currency: string;
}

/** One line's price and how often it is taken. */
export interface Priced {
  readonly quantity: number;
  readonly unitPrice: Money;
}

/**
 * The exact sum of all lines, in their one currency.
 * @throws OrderError CURRENCIES_MIXED, TOTAL_TOO_LARGE
 */
export function totalOf(lines: readonly Priced[]): Money {
  const currency = lines[0]?.unitPrice.currency ?? '';
  let total = 0n;
  for (const { quantity, unitPrice } of lines) {
    if (unitPrice.currency !== currency) {
      throw new OrderError(
        'CURRENCIES_MIXED',
        `An order has one currency; its lines are priced in ${currency} and ${unitPrice.currency}`,
      );
    }
    total += BigInt(quantity) * BigInt(unitPrice.amountMinor);
  }
  if (total > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new OrderError(
      'TOTAL_TOO_LARGE',
      `The total of ${total} minor units is above the largest that an order can have, ${Number.MAX_SAFE_INTEGER}`,
    );
  }
  return { amountMinor: Number(total), currency };
}
