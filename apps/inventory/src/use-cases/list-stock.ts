import type { StockItem } from '../domain/stock-item.js';
import { StockError } from './stock-error.js';
import type { StockStore } from './stock-store.js';

export interface StockPage {
  readonly items: readonly StockItem[];
  /** Empty on the last page. */
  readonly nextCursor: string;
}

/**
 * Pages through stock in SKU order. The cursor is opaque to callers and stays good while stock
 * changes: it says which SKU came last.
 */
export class ListStock {
  constructor(private readonly store: StockStore) {}

  /** @throws StockError CURSOR_INVALID */
  async execute(query: { readonly limit: number; readonly cursor: string }): Promise<StockPage> {
    const after = query.cursor === '' ? {} : { after: decodeCursor(query.cursor) };
    const found = await this.store.list({ limit: query.limit + 1, ...after });
    const items = found.slice(0, query.limit);
    const last = found.length > items.length ? items.at(-1) : undefined;
    return { items, nextCursor: last ? encodeCursor(last.sku) : '' };
  }
}

const PREFIX = 'sku:';

function encodeCursor(sku: string): string {
  return Buffer.from(PREFIX + sku).toString('base64url');
}

function decodeCursor(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString();
  const sku = text.slice(PREFIX.length);
  if (!text.startsWith(PREFIX) || encodeCursor(sku) !== cursor || /\p{Cc}/u.test(sku)) {
    throw new StockError('CURSOR_INVALID', 'The cursor is not one that ListStock gave out');
  }
  return sku;
}
