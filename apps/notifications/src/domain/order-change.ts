export type OrderStatus = 'PLACED' | 'CONFIRMED' | 'REJECTED' | 'CANCELLED';

export interface Money {
  readonly amountMinor: number;
  readonly currency: string;
}

/** One change of one order, as the customer is told of it. */
export interface OrderChange {
  readonly orderId: string;
  readonly customerId: string;
  /** Starts at 1 and grows by one with each change of this order. */
  readonly version: number;
  /** The number of this change among all changes of this customer's orders. */
  readonly feedSequence: number;
  readonly status: OrderStatus;
  readonly occurredAt: Date;
  /** Why it was rejected or cancelled. */
  readonly reason?: string;
  /** What was ordered; known when it is placed. */
  readonly content?: {
    readonly lines: readonly {
      readonly sku: string;
      readonly quantity: number;
      readonly unitPrice?: Money | undefined;
    }[];
    readonly total: Money;
  };
}
