import { resource, states, type LiveEvent } from '@mesh/live-client';

type OrderStatus = 'PLACED' | 'CONFIRMED' | 'REJECTED' | 'CANCELLED';

interface Money {
  readonly amountMinor: number;
  readonly currency: string;
}

interface OrderUpdate {
  readonly orderId: string;
  readonly status: OrderStatus;
  readonly occurredAt: string;
  readonly reason?: string;
}

interface Order {
  readonly orderId: string;
  readonly status: OrderStatus;
  readonly version: number;
  readonly lines: readonly {
    readonly sku: string;
    readonly quantity: number;
    readonly unitPrice: Money;
  }[];
  readonly total: Money;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly reason?: string;
}

/** Orders, as the gateway tells of them live. */
export const liveOrders = resource<OrderUpdate, Order>({
  ...{ idField: 'orderId', feed: 'orders', message: 'order.updated', isDefault: true },
});
export type OrdersEvent = LiveEvent<OrderUpdate, Order>;

/** What can be ordered of each SKU. */
export const liveStock = states<{ readonly sku: string; readonly available: number }>({
  ...{ feed: 'stock', keyField: 'sku', message: 'stock.updated' },
});
