import type { Order } from '../../domain/order.js';
import type { OrderUpdate } from '../../domain/order-update.js';
import type { Page } from '../../domain/page.js';
import {
  feedPageSize,
  type FeedPage,
  type FeedPosition,
  type OrderHistory,
  type OrderTail,
} from '../orders.js';

type Call = 'ofOrder' | 'ofFeed' | 'feedPosition' | 'get' | 'list';

/** A test double of the order service's history of one customer, kept in memory. */
export class StoredOrders implements OrderHistory {
  readonly calls = { ofOrder: 0, ofFeed: 0, feedPosition: 0, get: 0, list: 0 };
  #log: OrderUpdate[] = [];
  /** Waited for by every read. */
  pause: Promise<void> = Promise.resolve();
  #epoch = 'e1';
  #kept = 0;
  #failures = new Map<Call, number>();
  #meanwhile = new Map<Call, () => void>();
  #afterwards = new Map<Call, () => void>();

  /** Commits a change of each order; returns the last one, as it is announced. */
  change(...orderIds: readonly [string, ...string[]]): OrderUpdate {
    for (const orderId of orderIds) {
      const version = this.#log.filter((one) => one.orderId === orderId).length + 1;
      this.#log.push({
        orderId,
        version,
        feedSequence: this.#log.length + 1,
        customerId: 'ann',
        status: version === 1 ? 'PLACED' : 'CONFIRMED',
        occurredAt: new Date(0),
        traceparent: '',
      });
    }
    return this.#log.at(-1)!;
  }

  /** The database is another one now. */
  restart(epoch: string): this {
    this.#epoch = epoch;
    this.#log = [];
    this.#kept = 0;
    return this;
  }

  failOnce(call: Call, times = 1): void {
    this.#failures.set(call, times);
  }

  /** Runs before the next such call reads. */
  meanwhile(call: Call, run: () => void): void {
    this.#meanwhile.set(call, run);
  }

  /** Runs after the next such call has read, before it answers. */
  afterwards(call: Call, run: () => void): void {
    this.#afterwards.set(call, run);
  }

  /** What happened up to a number of the feed is not kept any more. */
  forget(upTo: number): void {
    this.#kept = upTo;
  }

  ofOrder(_caller: unknown, orderId: string, afterVersion: number): Promise<OrderTail> {
    return this.#answer('ofOrder', () => {
      const history = this.#log.filter((one) => one.orderId === orderId);
      if (history.length === 0) throw failure('ORDER_NOT_FOUND', `There is no order ${orderId}`);
      const updates = history.filter((one) => one.version > afterVersion && this.#keeps(one));
      return { updates, latest: history.length };
    });
  }

  ofFeed(_caller: unknown, after: number): Promise<FeedPage> {
    return this.#answer('ofFeed', () => ({
      ...this.#position(),
      updates: this.#log.slice(Math.max(after, this.#kept), after + feedPageSize),
    }));
  }

  feedPosition(): Promise<FeedPosition> {
    return this.#answer('feedPosition', () => this.#position());
  }

  get(_caller: unknown, orderId: string): Promise<Order> {
    return this.#answer('get', () => {
      const order = this.#page().items.find((one) => one.orderId === orderId);
      if (order) return order;
      throw failure('ORDER_NOT_FOUND', `There is no order ${orderId}`);
    });
  }

  list(): Promise<Page<Order>> {
    return this.#answer('list', () => this.#page());
  }

  #page(): Page<Order> {
    const latest = new Map(this.#log.map((one) => [one.orderId, one]));
    const items = [...latest.values()].map((one) => ({
      ...{ orderId: one.orderId, status: one.status, version: one.version, lines: [] },
      ...{ total: { amountMinor: 0, currency: 'EUR' }, createdAt: one.occurredAt },
      updatedAt: one.occurredAt,
    }));
    return { items, nextCursor: undefined };
  }

  #keeps({ feedSequence }: OrderUpdate): boolean {
    return feedSequence > this.#kept;
  }

  #position(): FeedPosition {
    return { epoch: this.#epoch, latest: this.#log.length };
  }

  async #answer<Answer>(call: Call, read: () => Answer): Promise<Answer> {
    this.calls[call] += 1;
    await this.pause;
    const failures = this.#failures.get(call) ?? 0;
    this.#failures.set(call, failures - 1);
    if (failures > 0) throw failure('UNAVAILABLE', 'order is away');
    this.#once(this.#meanwhile, call);
    const answer = read();
    this.#once(this.#afterwards, call);
    return Promise.resolve(answer);
  }

  #once(steps: Map<Call, () => void>, call: Call): void {
    const step = steps.get(call);
    steps.delete(call);
    step?.();
  }
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code, retryable: code === 'UNAVAILABLE' });
}
