import type { Order } from '../domain/order.js';
import type { OrderUpdate } from '../domain/order-update.js';
import type { Page } from '../domain/page.js';
import type {
  FeedPage,
  FeedPosition,
  OrderHistory,
  OrderTail,
  Orders,
} from '../use-cases/orders.js';

const pageSize = 3;

/**
 * The orders of one customer as the order service keeps them, in memory: a read takes time before and
 * after it looks, fails while the service is away, and lacks what is cut. Pages are small.
 */
export class LiveStore implements OrderHistory, Pick<Orders, 'get' | 'list'> {
  #log: OrderUpdate[] = [];
  #life = 1;
  #cut = 0;
  away = false;

  constructor(private readonly pause: () => Promise<void>) {}

  get epoch(): string {
    return `e${this.#life}`;
  }

  get updates(): readonly OrderUpdate[] {
    return this.#log;
  }

  versionOf(orderId: string): number {
    return this.#log.filter((one) => one.orderId === orderId).length;
  }

  /** Commits a change; the update names its epoch where a trace would be. */
  change(orderId: string): OrderUpdate {
    const version = this.versionOf(orderId) + 1;
    const update: OrderUpdate = {
      ...{ orderId, version, customerId: 'ann', feedSequence: this.#log.length + 1 },
      ...{ status: version === 1 ? 'PLACED' : 'CONFIRMED', occurredAt: new Date(0) },
      traceparent: this.epoch,
    };
    this.#log.push(update);
    return update;
  }

  /** What happened up to here is not kept any more. */
  cutHistory(): void {
    this.#cut = this.#log.length;
  }

  /** A copy from before the latest changes takes over. */
  restore(lost: number): void {
    this.#life += 1;
    const left = this.#log.slice(0, Math.max(0, this.#log.length - lost));
    this.#log = left.map((update) => ({ ...update, traceparent: this.epoch }));
    this.#cut = Math.min(this.#cut, this.#log.length);
  }

  ofOrder(_caller: unknown, orderId: string, afterVersion: number): Promise<OrderTail> {
    return this.#read(() => {
      const all = this.#log.filter((one) => one.orderId === orderId);
      if (all.length === 0) throw failure('ORDER_NOT_FOUND');
      const kept = all.filter((one) => one.feedSequence > this.#cut);
      return { updates: kept.filter((one) => one.version > afterVersion), latest: all.length };
    });
  }

  ofFeed(_caller: unknown, after: number): Promise<FeedPage> {
    return this.#read(() => {
      const updates = this.#log.filter(
        ({ feedSequence }) => feedSequence > Math.max(after, this.#cut),
      );
      return { ...this.#position(), updates: updates.slice(0, pageSize) };
    });
  }

  feedPosition(): Promise<FeedPosition> {
    return this.#read(() => this.#position());
  }

  get(_caller: unknown, orderId: string): Promise<Order> {
    return this.#read(() => {
      const order = this.#orders().find((one) => one.orderId === orderId);
      if (order) return order;
      throw failure('ORDER_NOT_FOUND');
    });
  }

  list(): Promise<Page<Order>> {
    return this.#read(() => ({ items: this.#orders(), nextCursor: undefined }));
  }

  #orders(): Order[] {
    const latest = new Map(this.#log.map((one) => [one.orderId, one]));
    return [...latest.values()].map(({ orderId, status, version, occurredAt }) => ({
      ...{ orderId, status, version, lines: [], total: { amountMinor: 0, currency: 'EUR' } },
      ...{ createdAt: occurredAt, updatedAt: occurredAt },
    }));
  }

  #position(): FeedPosition {
    return { epoch: this.epoch, latest: this.#log.length };
  }

  async #read<Answer>(look: () => Answer): Promise<Answer> {
    await this.pause();
    if (this.away) throw failure('UNAVAILABLE');
    const answer = look();
    await this.pause();
    return answer;
  }
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code, retryable: code === 'UNAVAILABLE' });
}
