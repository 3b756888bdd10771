import type { ColumnType } from 'kysely';
import type { Order, OrderStatus, OrderUpdate } from '../domain/order.js';

type Bigint = ColumnType<string, number, number>;

/** A line as `orders.lines` keeps it; its currency is the order's. */
export interface StoredLine {
  readonly sku: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
}

export interface OrderTables {
  orders: {
    order_id: string;
    customer_id: string;
    status: OrderStatus;
    version: number;
    lines: readonly StoredLine[];
    total_minor: Bigint;
    currency: string;
    reason: string | null;
    placed_sequence: Bigint;
    reservation_deadline: Date;
    created_at: Date;
    updated_at: Date;
  };
  order_updates: {
    order_id: string;
    version: number;
    customer_id: string;
    feed_sequence: Bigint;
    status: OrderStatus;
    reason: string | null;
    traceparent: string;
    occurred_at: Date;
  };
  idempotency_keys: {
    customer_id: string;
    key: string;
    request_hash: string;
    order_id: string;
    created_at: Date;
  };
}

/** A row as it is read. */
type Read<Table> = {
  readonly [Column in keyof Table]: Table[Column] extends ColumnType<infer Select, unknown, unknown>
    ? Select
    : Table[Column];
};
export type OrderRow = Omit<
  Read<OrderTables['orders']>,
  'placed_sequence' | 'reservation_deadline'
>;
export type UpdateRow = Read<OrderTables['order_updates']>;

export function toOrder(row: OrderRow): Order {
  const { currency } = row;
  return {
    orderId: row.order_id,
    customerId: row.customer_id,
    status: row.status,
    version: row.version,
    lines: row.lines.map(({ sku, quantity, unitPriceMinor }) => ({
      sku,
      quantity,
      unitPrice: { amountMinor: unitPriceMinor, currency },
    })),
    total: { amountMinor: Number(row.total_minor), currency },
    reason: row.reason ?? undefined,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export function toUpdate(row: UpdateRow): OrderUpdate {
  return {
    orderId: row.order_id,
    customerId: row.customer_id,
    version: row.version,
    status: row.status,
    reason: row.reason ?? undefined,
    occurredAt: row.occurred_at,
    feedSequence: Number(row.feed_sequence),
    traceparent: row.traceparent,
  };
}
