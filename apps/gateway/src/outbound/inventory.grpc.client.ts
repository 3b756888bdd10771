import type {
  InventoryServiceService,
  StockItem as StockItemMessage,
} from '@mesh/contracts/inventory';
import { runInCall, type GrpcClient } from '@mesh/service-kit';
import type { Caller } from '../domain/caller.js';
import type { Page, PageRequest } from '../domain/page.js';
import type { StockItem, StockUpdate } from '../domain/stock-item.js';
import type { States } from '../use-cases/state-feed.js';
import type { Stock, StockSetting } from '../use-cases/stock.js';
import { toMoney } from './money-mapping.js';
import { present } from './present.js';

/** The inventory service over gRPC. */
export class GrpcStock implements Stock, States {
  constructor(private readonly client: GrpcClient<InventoryServiceService>) {}

  async get(sku: string): Promise<StockItem> {
    return toStockItem((await this.client.getStock({ sku })).item);
  }

  async list({ limit = 0, cursor = '' }: PageRequest): Promise<Page<StockItem>> {
    const { items, nextCursor } = await this.client.listStock({ limit, cursor });
    return { items: items.map(toStockItem), nextCursor: nextCursor || undefined };
  }

  /** Read for sockets, which outlive the message that showed the need. */
  async states(cursor = ''): Promise<Page<StockUpdate>> {
    const { items, nextCursor } = await runInCall({}, () =>
      this.client.listStock({ limit: 100, cursor }),
    );
    const states = items.map(({ sku, available, version }) => ({ key: sku, available, version }));
    return { items: states, nextCursor: nextCursor || undefined };
  }

  async set({ token }: Caller, { sku, quantity, expected }: StockSetting): Promise<StockItem> {
    const condition = expected && { versions: [...expected] };
    const request = { sku, quantity, expected: condition };
    return toStockItem((await this.client.setStock(request, { token })).item);
  }
}

function toStockItem(message: StockItemMessage | undefined): StockItem {
  const { sku, name, price, available, version } = present(message, 'item');
  return { sku, name, price: toMoney(price), available, version };
}
