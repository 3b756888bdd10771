import type { EventDefinition } from '@mesh/contracts';
import type { OrderChange } from '../domain/order-lifecycle.js';
import type { Order, OrderStatus, OrderUpdate } from '../domain/order.js';
import type { Placement } from '../domain/placement.js';

/** Where orders, their histories and their customers' feeds are kept. */
export interface OrderStore {
  /** Runs the work in one transaction: all that it does is kept, or nothing when it throws. */
  transaction<T>(work: (tx: OrderTransaction) => Promise<T>): Promise<T>;
  /** The customer's order, or undefined: it does not exist or is another customer's. */
  find(customerId: string, orderId: string): Promise<Order | undefined>;
  /** The order that the key placed in the last 24 h, as it is now, and the request that it came with. */
  findPlaced(
    customerId: string,
    idempotencyKey: string,
  ): Promise<{ readonly order: Order; readonly requestHash: string } | undefined>;
  /** Newest first; `before` is the number of a listed order, which is left out. */
  list(customerId: string, page: ListPage): Promise<readonly ListedOrder[]>;
  /** The order's changes after a version that are kept, in version order; undefined as in {@link find}. */
  history(
    customerId: string,
    orderId: string,
    afterVersion: number,
  ): Promise<OrderHistory | undefined>;
  /** The changes of all of the customer's orders after a sequence that are kept, in sequence order. */
  feed(customerId: string, page: FeedPage): Promise<Feed>;
  /** Deletes up to `limit` idempotency keys that are older than 24 h; returns how many. */
  forgetIdempotencyKeys(limit: number): Promise<number>;
  /** Deletes up to `limit` changes that happened before a time; the orders stay. Returns how many. */
  forgetUpdates(before: Date, limit: number): Promise<number>;
}

/** What a transaction can do. Usable only while it is open. */
export interface OrderTransaction {
  /**
   * Records a new order with its first history row, and claims its idempotency key. Undefined when
   * the key was claimed in the last 24 h; while another transaction is claiming it, waits for that
   * one to end. After `reservationTimeoutMs` the order, if it is still PLACED, is overdue.
   */
  place(
    placement: Placement,
    claim: IdempotencyClaim,
    reservationTimeoutMs: number,
  ): Promise<OrderUpdate | undefined>;
  /** The order, locked until the transaction ends. */
  lock(orderId: string): Promise<Order | undefined>;
  /** An order whose reservation is overdue and that nobody else has locked, locked. */
  lockOverdue(): Promise<Order | undefined>;
  /** Writes the change of a locked order: its next version and its customer's next feed sequence. */
  record(order: Order, change: OrderChange): Promise<OrderUpdate>;
  /** Appends an event; it is published when, and only when, the transaction commits. */
  append<Data>(definition: EventDefinition<Data>, data: Data): Promise<void>;
}

export interface IdempotencyClaim {
  readonly key: string;
  /** Equal for equal requests only. */
  readonly requestHash: string;
}

export interface ListPage {
  readonly limit: number;
  readonly before: number | undefined;
}

export interface ListedOrder {
  readonly order: Order;
  /** Where it stands in its customer's list: newer orders have higher numbers. */
  readonly number: number;
}

export interface OrderHistory {
  /** The order's status and version as of its last update, whether or not that is among `updates`. */
  readonly status: OrderStatus;
  readonly version: number;
  readonly updates: readonly OrderUpdate[];
}

export interface FeedPage {
  /** Undefined: no updates are wanted, only where the feed stands. */
  readonly afterSequence: number | undefined;
  readonly limit: number;
}

export interface Feed {
  readonly updates: readonly OrderUpdate[];
  /** 0 when there is no change yet. */
  readonly latestSequence: number;
  /** Names the life of the database: sequences of another epoch mean nothing in it. */
  readonly epoch: string;
}
