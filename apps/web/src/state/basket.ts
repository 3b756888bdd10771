import { computed, signal } from '@preact/signals';
import { itemBySku } from './stock.js';

/** Quantity by SKU. */
export const basket = signal<ReadonlyMap<string, number>>(new Map());

export const lines = computed(() =>
  [...basket.value].map(([sku, quantity]) => ({ sku, quantity })),
);

export const total = computed(() => ({
  amountMinor: lines.value.reduce(
    (sum, line) => sum + (itemBySku.value.get(line.sku)?.price.amountMinor ?? 0) * line.quantity,
    0,
  ),
  currency: [...itemBySku.value.values()][0]?.price.currency ?? 'EUR',
}));

export function setQuantity(sku: string, quantity: number): void {
  const next = new Map(basket.value);
  if (quantity > 0) next.set(sku, Math.min(quantity, 9_999));
  else next.delete(sku);
  basket.value = next;
}
