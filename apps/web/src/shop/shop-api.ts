/** The gateway's REST contract of orders and stock, as far as the page uses it. */
export interface Money {
  readonly amountMinor: number;
  readonly currency: string;
}

export type OrderStatus = 'PLACED' | 'CONFIRMED' | 'REJECTED' | 'CANCELLED';

export interface Order {
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

export interface StockItem {
  readonly sku: string;
  readonly name: string;
  readonly price: Money;
  readonly available: number;
}
