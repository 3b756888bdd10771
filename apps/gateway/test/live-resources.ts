import { resource, states } from '@mesh/live-client';

/** Orders and stock, as a client knows them. */
export const orders = resource<{ readonly orderId: string; readonly status: string }>({
  ...{ idField: 'orderId', feed: 'orders', message: 'order.updated', isDefault: true },
});
export const stock = states<{ readonly sku: string; readonly available: number }>({
  ...{ feed: 'stock', keyField: 'sku', message: 'stock.updated' },
});
