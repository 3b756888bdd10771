import { computed, signal } from '@preact/signals';
import { call } from '../../api.js';
import type { StockItem } from '../shop-api.js';

/** `changedAt`: when the page last heard of a change; ms since the epoch. */
export type Item = StockItem & { readonly changedAt?: number };

/** Undefined until it is loaded. */
export const stock = signal<readonly Item[] | undefined>(undefined);
export const itemBySku = computed(() => new Map(stock.value?.map((item) => [item.sku, item])));
export const nameOf = (sku: string): string => itemBySku.value.get(sku)?.name ?? sku;

export async function loadStock(): Promise<void> {
  const items: Item[] = [];
  let cursor = '';
  do {
    const page = await call<{ items: StockItem[]; nextCursor?: string | null }>(
      `/v1/stock?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    items.push(...page.items);
    cursor = page.nextCursor ?? '';
  } while (cursor);
  const before = itemBySku.value;
  stock.value = items.map((item) => {
    const known = before.get(item.sku);
    const same = known === undefined || known.available === item.available;
    return same ? { ...known, ...item } : { ...item, changedAt: Date.now() };
  });
}

export function stockUpdated(update: { readonly sku: string; readonly available: number }): void {
  stock.value = stock.value?.map((item) =>
    item.sku === update.sku && item.available !== update.available
      ? { ...item, available: update.available, changedAt: Date.now() }
      : item,
  );
}
