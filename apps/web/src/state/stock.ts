import { computed, signal } from '@preact/signals';
import { call, type StockItem } from '../api.js';

/** `changed`: since the page was opened. */
type Item = StockItem & { readonly changed?: boolean };

export const stock = signal<readonly Item[] | undefined>(undefined);
export const itemBySku = computed(() => new Map(stock.value?.map((item) => [item.sku, item])));

export async function loadStock(): Promise<void> {
  const items: StockItem[] = [];
  let cursor = '';
  do {
    const page = await call<{ items: StockItem[]; nextCursor?: string | null }>(
      `/v1/stock?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    items.push(...page.items);
    cursor = page.nextCursor ?? '';
  } while (cursor);
  stock.value = items;
}

export function stockUpdated(update: { sku: string; available: number }): void {
  stock.value = stock.value?.map((item) =>
    item.sku === update.sku ? { ...item, available: update.available, changed: true } : item,
  );
}
