/** `PLACED → CONFIRMED | REJECTED`, `PLACED or CONFIRMED → CANCELLED`. */
export type OrderState = 'PLACED' | 'CONFIRMED' | 'REJECTED' | 'CANCELLED';

/** One state change of one order. */
export interface OrderUpdate {
  readonly orderId: string;
  readonly customerId: string;
  /** Number of this change among those of its order: starts at 1, no gap. */
  readonly version: number;
  /** Number of this change among those of all of its customer's orders: starts at 1, no gap. */
  readonly feedSequence: number;
  readonly status: OrderState;
  readonly occurredAt: Date;
  readonly reason?: string;
  /** W3C traceparent of the trace that made the change. */
  readonly traceparent: string;
}
