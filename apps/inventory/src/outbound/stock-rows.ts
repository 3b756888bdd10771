import type { Selectable } from 'kysely';
import type { StockItem } from '../domain/stock-item.js';
import type { StockDatabase } from './stock-database.js';

export const itemColumns = [
  'sku',
  'name',
  'price_minor',
  'currency',
  'available',
  'version',
] as const;

export function toItem(row: Selectable<StockDatabase['stock_items']>): StockItem {
  return {
    sku: row.sku,
    name: row.name,
    price: { amountMinor: Number(row.price_minor), currency: row.currency },
    available: Number(row.available),
    version: Number(row.version),
  };
}
