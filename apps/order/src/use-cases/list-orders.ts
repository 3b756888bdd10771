import type { Order } from '../domain/order.js';
import { readCursor, writeCursor } from './list-cursor.js';
import type { OrderStore } from './order-store.js';
import { pageLimit } from './page-limit.js';

export interface ListOrdersQuery {
  readonly customerId: string;
  /** 1 to 100; 0 means 20. */
  readonly limit: number;
  /** From an earlier answer; empty for the first page. */
  readonly cursor: string;
}

/**
 * Lists a customer's orders, newest first. A cursor stays good while orders come in: no order is
 * shown twice or left out on the way through the pages.
 */
export class ListOrders {
  constructor(private readonly store: OrderStore) {}

  /** @throws OrderError VALIDATION_FAILED, CURSOR_INVALID */
  async execute(query: ListOrdersQuery): Promise<{ orders: readonly Order[]; nextCursor: string }> {
    const limit = pageLimit(query.limit, { unset: 20, max: 100 });
    const before = query.cursor === '' ? undefined : readCursor(query.customerId, query.cursor);
    const found = await this.store.list(query.customerId, { limit: limit + 1, before });
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    return {
      orders: page.map(({ order }) => order),
      nextCursor: last ? writeCursor(query.customerId, last.number) : '',
    };
  }
}
