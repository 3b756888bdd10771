import type { Money, OrderStatus } from '../api.js';
import { nameOf } from '../state/stock.js';

export function money({ amountMinor, currency }: Money): string {
  const format = new Intl.NumberFormat(undefined, { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amountMinor / 10 ** digits);
}

/** `0 ms`, `0.4 ms`, `12 ms`, `1.3 s`, `4 min`, `3 h`. */
export function elapsed(ms: number): string {
  if (ms < 0.05) return '0 ms';
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 99_500) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 5_400_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 3_600_000)} h`;
}

/** The time, with the day unless it is today. */
export function clock(instant: string): string {
  const date = new Date(instant);
  const time = date.toLocaleTimeString(undefined, { timeStyle: 'medium' });
  const today = date.toDateString() === new Date().toDateString();
  return today ? time : `${date.toLocaleDateString(undefined, { dateStyle: 'medium' })}, ${time}`;
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
