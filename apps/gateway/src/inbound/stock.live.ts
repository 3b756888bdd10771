import type { StockUpdate } from '../domain/stock-item.js';
import type { DescribedStates } from './docs/live-described.js';

/** What can be ordered of each SKU, as everybody may follow it. */
export const stockLive: DescribedStates<StockUpdate> = {
  ...{ feed: 'stock', keyField: 'sku', keyName: 'SKU', message: 'stock.updated' },
  told: ({ key, available, version }) => ({ sku: key, available, version }),
  described: {
    summary: 'What can be ordered of a SKU has changed',
    fields: { available: { type: 'integer', minimum: 0 } },
    example: { key: 'MUG-BLUE', available: 998, version: 3 },
    version: 'Grows with each change of this item',
  },
};
