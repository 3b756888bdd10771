import type { OrderUpdate } from '../domain/order-update.js';
import type { StockUpdate } from '../domain/stock-item.js';
import type { LiveSession } from './live-session.js';

/** Takes the changes of stock. */
export type StockWatcher = (update: StockUpdate) => void;

/** Hands what is announced to the sockets of this process that it concerns. */
export class LiveHub {
  readonly #sessions = new Map<string, Set<LiveSession>>();
  readonly #watchers = new Set<StockWatcher>();
  readonly #stockVersions = new Map<string, number>();

  join(session: LiveSession): void {
    const { customerId } = session.caller;
    const sessions = this.#sessions.get(customerId) ?? new Set();
    this.#sessions.set(customerId, sessions.add(session));
  }

  leave(session: LiveSession): void {
    const { customerId } = session.caller;
    const sessions = this.#sessions.get(customerId);
    sessions?.delete(session);
    if (sessions?.size === 0) this.#sessions.delete(customerId);
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
    if (update.version <= (this.#stockVersions.get(update.sku) ?? 0)) return;
    this.#stockVersions.set(update.sku, update.version);
    for (const watcher of this.#watchers) watcher(update);
  }
}
