import { type Money, totalOf } from './money.js';
import { type Fault, OrderError } from './order-error.js';
import type { OrderLine } from './order.js';

export const MAX_LINES = 100;
/** Of one SKU in one order; fits a 32-bit integer everywhere. */
export const MAX_QUANTITY = 1_000_000_000;
export const MAX_SKU_LENGTH = 64;
/** More faults than these are counted, not listed: they travel in gRPC trailers, which are small. */
const LISTED_FAULTS = 20;

export interface RequestedLine {
  readonly sku: string;
  readonly quantity: number;
}

/** An order before it is recorded: it has no number, no time and no version yet. */
export interface Placement {
  readonly orderId: string;
  readonly customerId: string;
  readonly lines: readonly OrderLine[];
  readonly total: Money;
}

/**
 * The lines to order: one a SKU, in the order of their first mention. Lines that name a SKU again
 * add to its quantity, so that stock and total are counted once a SKU.
 * @throws OrderError VALIDATION_FAILED naming every faulty line
 */
export function requestedLines(lines: readonly RequestedLine[]): readonly RequestedLine[] {
  if (lines.length < 1 || lines.length > MAX_LINES) {
    const message = `must have 1 to ${MAX_LINES} lines, has ${lines.length}`;
    throw refused('VALIDATION_FAILED', [{ path: '/lines', message }]);
  }
  const faults: Fault[] = [];
  const quantities = new Map<string, number>();
  lines.forEach(({ sku, quantity }, index) => {
    if (!isSku(sku)) {
      faults.push({
        path: `/lines/${index}/sku`,
        message: `must be 1 to ${MAX_SKU_LENGTH} characters without control characters`,
      });
    }
    const sum = (quantities.get(sku) ?? 0) + quantity;
    if (!Number.isInteger(quantity) || quantity < 1 || sum > MAX_QUANTITY) {
      faults.push({
        path: `/lines/${index}/quantity`,
        message: `must be a whole number from 1, and at most ${MAX_QUANTITY} of a SKU in all, is ${quantity}`,
      });
    }
    quantities.set(sku, sum);
  });
  if (faults.length > 0) throw refused('VALIDATION_FAILED', faults);
  return [...quantities].map(([sku, quantity]) => ({ sku, quantity }));
}

/**
 * The lines with today's prices.
 * @param asked the request as it came: paths of faults point into it
 * @throws OrderError SKU_UNKNOWN naming every line whose SKU has no price
 */
export function pricedLines(
  asked: readonly RequestedLine[],
  prices: ReadonlyMap<string, Money>,
): readonly OrderLine[] {
  const faults = asked.flatMap(({ sku }, index) =>
    prices.has(sku) ? [] : [{ path: `/lines/${index}/sku`, message: `is not a known SKU: ${sku}` }],
  );
  if (faults.length > 0) {
    throw refused('SKU_UNKNOWN', faults);
  }
  return requestedLines(asked).map(({ sku, quantity }) => ({
    sku,
    quantity,
    unitPrice: prices.get(sku) as Money,
  }));
}

/** @throws OrderError CURRENCIES_MIXED, TOTAL_TOO_LARGE */
export function placement(
  ids: { readonly orderId: string; readonly customerId: string },
  lines: readonly OrderLine[],
): Placement {
  return { ...ids, lines, total: totalOf(lines) };
}

function isSku(sku: string): boolean {
  return sku.length >= 1 && sku.length <= MAX_SKU_LENGTH && !/[\u0000-\u001f\u007f]/.test(sku);
}

function refused(code: 'VALIDATION_FAILED' | 'SKU_UNKNOWN', faults: readonly Fault[]): OrderError {
  const [first] = faults;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
  return new OrderError(code, `${first?.path} ${first?.message}${more}`, {
    errors: faults.slice(0, LISTED_FAULTS),
  });
}
