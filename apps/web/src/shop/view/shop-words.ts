import { nameOf } from '../state/stock.js';
import type { Money, OrderStatus } from '../shop-api.js';

export function money({ amountMinor, currency }: Money): string {
  const format = new Intl.NumberFormat(undefined, { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amountMinor / 10 ** digits);
}

const reasons: Readonly<Record<string, string>> = {
  INSUFFICIENT_STOCK: 'not enough in stock',
  RESERVATION_TIMEOUT: 'inventory did not answer in time',
  CANCELLED_BY_CUSTOMER: 'by you',
};

/** A reason code in words; one that is new here is at least made readable. */
export const because = (reason: string): string =>
  reasons[reason] ?? reason.toLowerCase().replaceAll('_', ' ');

export const statusWords: Readonly<Record<OrderStatus, string>> = {
  PLACED: 'Placed',
  CONFIRMED: 'Confirmed',
  REJECTED: 'Rejected',
  CANCELLED: 'Cancelled',
};

/** States differ in shape too, not by colour alone. */
export const statusShapes: Readonly<Record<OrderStatus, string>> = {
  PLACED: '◔',
  CONFIRMED: '✓',
  REJECTED: '✕',
  CANCELLED: '⊘',
};

export const summary = (
  lines: readonly { readonly sku: string; readonly quantity: number }[],
): string => lines.map(({ sku, quantity }) => `${quantity} × ${nameOf(sku)}`).join(', ');
