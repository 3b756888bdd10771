import type { NewEvent } from '@mesh/contracts';
import type { Line, Reservation } from '../domain/reservation.js';
import type { StockChange, StockItem } from '../domain/stock-item.js';

/** Whether an order's reservation is this transaction's to decide. */
export type Claim =
  | {
      readonly kind: 'claimed';
      /** What can be ordered of the claimed SKUs; these items stay locked until the transaction ends. */
      readonly available: ReadonlyMap<string, number>;
    }
  | { readonly kind: 'decided'; readonly reservation: Reservation };

/** What became of setting an item; `changed` names the version that it has instead. */
export type SetAvailable =
  | { readonly kind: 'set'; readonly item: StockItem }
  | { readonly kind: 'changed'; readonly version: number }
  | { readonly kind: 'unknown' };

/**
 * One open transaction over stock. Rows are locked reservation first, then items in SKU order, so
 * that transactions never wait for each other in a circle.
 */
export interface StockTransaction {
  /**
   * Takes the order's reservation as `reserved` and locks its items, or says what was decided
   * before. Of several transactions that claim one order, the first to commit decides.
   * @param lines one line a SKU
   */
  claimReservation(orderId: string, lines: readonly Line[]): Promise<Claim>;
  /** Turns the reservation that this transaction claimed into `rejected`. */
  rejectReservation(orderId: string, shortSkus: readonly string[]): Promise<void>;
  /**
   * Leaves `released`, unless the reservation was rejected, and locks the items to give back.
   * @returns the lines that were reserved until now; none when there was no reservation to undo
   */
  releaseReservation(orderId: string): Promise<readonly Line[]>;
  /** Takes the quantities from `available` of items that are locked. */
  take(lines: readonly Line[]): Promise<readonly StockChange[]>;
  /** Gives the quantities back to `available` of items that are locked. */
  giveBack(lines: readonly Line[]): Promise<readonly StockChange[]>;
  /** Sets and locks the item, while its version is one of `expected` (any when undefined). */
  setAvailable(sku: string, quantity: number, expected?: readonly number[]): Promise<SetAvailable>;
  /** Adds the items whose SKU is new and leaves the others as they are. @returns those added */
  addItems(items: readonly Omit<StockItem, 'version'>[]): Promise<readonly StockItem[]>;
  /** The events go out once this transaction commits, in their order, after those appended before. */
  append(events: readonly NewEvent[]): Promise<void>;
}

/** Stock as it is committed. Safe for concurrent use. */
export interface StockStore {
  /** Commits what `work` did when it fulfils, undoes it when it rejects. */
  transaction<Result>(work: (tx: StockTransaction) => Promise<Result>): Promise<Result>;
  /** The items of these SKUs in SKU order; unknown ones are left out. */
  find(skus: readonly string[]): Promise<readonly StockItem[]>;
  /** At most `limit` items in SKU order, after a SKU when one is given. */
  list(options: { readonly limit: number; readonly after?: string }): Promise<readonly StockItem[]>;
}
