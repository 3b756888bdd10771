import type { Money } from '../api.js';

export function money({ amountMinor, currency }: Money): string {
  const format = new Intl.NumberFormat(undefined, { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amountMinor / 10 ** digits);
}

/** `12 ms`, `1.3 s`. */
export function elapsed(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

export const clock = (instant: string): string =>
  new Date(instant).toLocaleTimeString(undefined, { timeStyle: 'medium' });

const reasons: Readonly<Record<string, string>> = {
  INSUFFICIENT_STOCK: 'not enough in stock',
  RESERVATION_TIMEOUT: 'inventory did not answer in time',
  CANCELLED_BY_CUSTOMER: 'by you',
};

/** A reason code in words; one that is new here is at least made readable. */
export const because = (reason: string): string =>
  reasons[reason] ?? reason.toLowerCase().replaceAll('_', ' ');
