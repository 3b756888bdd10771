import type { Caller } from '../domain/caller.js';
import type { OrderUpdate } from '../domain/order-update.js';
import type { StockUpdate } from '../domain/stock-item.js';
import type { LiveSession } from './live-session.js';

/** Takes the updates of its customer. */
export type UpdateReceiver = Pick<LiveSession, 'caller' | 'receive'>;

/** Takes the changes of stock. */
export type StockWatcher = (update: StockUpdate) => void;

/** Told of the customers who have sessions here. */
export interface CustomerWatcher {
  /** The first session has joined. */
  watch(customerId: string): void;
  /** The last session has left. */
  unwatch(customerId: string): void;
}

/** Hands what is announced to the sockets of this process that it concerns. */
export class LiveHub {
  readonly #sessions = new Map<string, Set<UpdateReceiver>>();
  readonly #watchers = new Set<StockWatcher>();
  readonly #stock = new Map<string, StockUpdate>();
  #customers: CustomerWatcher | undefined;

  join(session: UpdateReceiver): void {
    const { customerId } = session.caller;
    const sessions = this.#sessions.get(customerId) ?? new Set();
    this.#sessions.set(customerId, sessions.add(session));
    if (sessions.size === 1) this.#customers?.watch(customerId);
  }

  leave(session: UpdateReceiver): void {
    const { customerId } = session.caller;
    const sessions = this.#sessions.get(customerId);
    if (!sessions?.delete(session) || sessions.size > 0) return;
    this.#sessions.delete(customerId);
    this.#customers?.unwatch(customerId);
  }

  /** Tells of customers from now on. */
  tellCustomers(watcher: CustomerWatcher): void {
    this.#customers = watcher;
  }

  /** Those who the sessions of a customer are of. */
  callersOf(customerId: string): readonly Caller[] {
    return [...(this.#sessions.get(customerId) ?? [])].map(({ caller }) => caller);
  }

  watchStock(watcher: StockWatcher): void {
    this.#watchers.add(watcher);
  }

  unwatchStock(watcher: StockWatcher): void {
    this.#watchers.delete(watcher);
  }

  /** To the customer's own sessions, and to nobody else. */
  orderUpdated(update: OrderUpdate): void {
    for (const session of this.#sessions.get(update.customerId) ?? []) session.receive(update);
  }

  /** What is not newer than what was handed on of that SKU is dropped. */
  stockUpdated(update: StockUpdate): void {
    if (update.version <= (this.#stock.get(update.sku)?.version ?? 0)) return;
    this.#stock.set(update.sku, update);
    for (const watcher of this.#watchers) watcher(update);
  }

  get stockIsWatched(): boolean {
    return this.#watchers.size > 0;
  }

  /** Of each SKU what was handed on last, when it is newer than the version given for it. */
  stockAfter(versions: Readonly<Record<string, number>>): readonly StockUpdate[] {
    return [...this.#stock.values()].filter(
      ({ sku, version }) => !Object.hasOwn(versions, sku) || version > (versions[sku] ?? 0),
    );
  }
}
