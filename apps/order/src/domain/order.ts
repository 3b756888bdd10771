import type { Money } from './money.js';

/** PLACED → CONFIRMED or REJECTED; PLACED or CONFIRMED → CANCELLED. */
export type OrderStatus = 'PLACED' | 'CONFIRMED' | 'REJECTED' | 'CANCELLED';

export interface OrderLine {
  readonly sku: string;
  readonly quantity: number;
  /** The price when the order was placed; it stays. */
  readonly unitPrice: Money;
}

export interface Order {
  readonly orderId: string;
  readonly customerId: string;
  readonly status: OrderStatus;
  /** 1 when placed; grows by one with each change. */
  readonly version: number;
  readonly lines: readonly OrderLine[];
  readonly total: Money;
  /** Why it was rejected or cancelled. */
  readonly reason: string | undefined;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** One state change of one order, as its history keeps it. */
export interface OrderUpdate {
  readonly orderId: string;
  readonly customerId: string;
  readonly version: number;
  readonly status: OrderStatus;
  readonly reason: string | undefined;
  readonly occurredAt: Date;
  /** Its number among all changes of this customer's orders: from 1, without gaps. */
  readonly feedSequence: number;
  /** W3C traceparent of the trace that made the change. */
  readonly traceparent: string;
}

/** The order can't change any more. */
export function isFinal(status: OrderStatus): boolean {
  return status === 'REJECTED' || status === 'CANCELLED';
}
