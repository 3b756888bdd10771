import { computed } from '@preact/signals';
import { kept, thisBrowser } from '../../state/kept.js';
import { itemBySku } from './stock.js';

export const maxQuantity = 9_999;

/** Quantity by SKU. */
export const basket = kept<Readonly<Record<string, number>>>('basket', {
  storage: thisBrowser,
  initial: () => ({}),
  parse: quantities,
});

export const lines = computed(() =>
  Object.entries(basket.value).map(([sku, quantity]) => ({ sku, quantity })),
);

/** Lines that ask for more than there is. */
export const tooMany = computed(() =>
  lines.value.filter(
    ({ sku, quantity }) => quantity > (itemBySku.value.get(sku)?.available ?? Infinity),
  ),
);

export const total = computed(() => ({
  amountMinor: lines.value.reduce(
    (sum, line) => sum + (itemBySku.value.get(line.sku)?.price.amountMinor ?? 0) * line.quantity,
    0,
  ),
  currency: [...itemBySku.value.values()][0]?.price.currency ?? 'EUR',
}));

/** What a person typed, as a quantity; empty is none. Undefined: it is none that can be ordered. */
export function quantityOf(typed: string): number | undefined {
  const text = typed.trim();
  const quantity = Number(text);
  return /^\d*$/.test(text) && quantity <= maxQuantity ? quantity : undefined;
}

export function setQuantity(sku: string, quantity: number): void {
  const next = new Map(Object.entries(basket.value));
  if (quantity > 0) next.set(sku, Math.min(quantity, maxQuantity));
  else next.delete(sku);
  basket.value = Object.fromEntries(next);
}

/** Of each line as much as there is. */
export function fillWith(wanted: readonly { sku: string; quantity: number }[]): void {
  basket.value = quantities(
    Object.fromEntries(
      wanted.map(({ sku, quantity }) => [
        sku,
        Math.min(quantity, itemBySku.value.get(sku)?.available ?? 0),
      ]),
    ),
  );
}

function quantities(stored: unknown): Record<string, number> {
  return Object.fromEntries(
    Object.entries(stored ?? {}).filter(
      (line): line is [string, number] =>
        Number.isInteger(line[1]) && line[1] >= 1 && line[1] <= maxQuantity,
    ),
  );
}
