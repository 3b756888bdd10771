import type {
  InventoryServiceService,
  StockItem as StockItemMessage,
} from '@mesh/contracts/inventory';
import type { GrpcClient } from '@mesh/service-kit';
import type { Caller } from '../domain/caller.js';
import type { Page, PageRequest } from '../domain/page.js';
import type { StockItem } from '../domain/stock-item.js';
import type { Stock } from '../use-cases/stock.js';
import { present, toMoney } from './order-mapping.js';

/** The inventory service over gRPC. */
export class GrpcStock implements Stock {
  constructor(private readonly client: GrpcClient<InventoryServiceService>) {}

  async get(sku: string): Promise<StockItem> {
    return toStockItem((await this.client.getStock({ sku })).item);
  }

  async list({ limit = 0, cursor = '' }: PageRequest): Promise<Page<StockItem>> {
    const { items, nextCursor } = await this.client.listStock({ limit, cursor });
    return { items: items.map(toStockItem), nextCursor: nextCursor || undefined };
  }

  async set({ token }: Caller, sku: string, quantity: number): Promise<StockItem> {
    return toStockItem((await this.client.setStock({ sku, quantity }, { token })).item);
  }
}

function toStockItem(message: StockItemMessage | undefined): StockItem {
  const { sku, name, price, available } = present(message, 'item');
  return { sku, name, price: toMoney(price), available };
}
