import type { Line } from './evidence.js';

/** One line a SKU, in SKU order. */
export function mergeLines(lines: readonly Line[]): readonly Line[] {
  const sums = new Map<string, number>();
  for (const { sku, quantity } of lines) sums.set(sku, (sums.get(sku) ?? 0) + quantity);
  return [...sums]
    .map(([sku, quantity]) => ({ sku, quantity }))
    .sort((a, b) => (a.sku < b.sku ? -1 : 1));
}

export function sameLines(some: readonly Line[], others: readonly Line[]): boolean {
  return JSON.stringify(mergeLines(some)) === JSON.stringify(mergeLines(others));
}
