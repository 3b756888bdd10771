import { describe, expect, it } from 'vitest';
import type { StockItem } from '../domain/stock-item.js';
import { ListStock } from './list-stock.js';
import type { StockStore } from './stock-store.js';

const items = ['A', 'B', 'Ü'].map((sku): StockItem => ({
  sku,
  name: sku,
  price: { amountMinor: 1, currency: 'EUR' },
  available: 1,
  version: 1,
}));
const store: Pick<StockStore, 'list'> = {
  list: async ({ limit, after }) =>
    items.filter(({ sku }) => after === undefined || sku > after).slice(0, limit),
};
const listStock = new ListStock(store as StockStore);

describe('ListStock', () => {
  it('given more items than the limit, when paging, then shows each once and ends', async () => {
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = await listStock.execute({ limit: 1, cursor });
      seen.push(...page.items.map(({ sku }) => sku));
      cursor = page.nextCursor;
    } while (cursor !== '');
    expect(seen).toEqual(['A', 'B', 'Ü']);
  });

  it.each(['x', 'sku:A', 'c2t1OkE=', 'eyJhIjoxfQ', ' c2t1OkE', 'c2t1OgA', '_w'])(
    'given the foreign cursor %j, when listing, then refuses it',
    async (cursor) => {
      await expect(listStock.execute({ limit: 1, cursor })).rejects.toMatchObject({
        code: 'CURSOR_INVALID',
        message: 'The cursor is not one that ListStock gave out',
      });
    },
  );
});
