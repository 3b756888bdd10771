import type { EventDefinition } from '@mesh/contracts';
import type { OrderChange } from '../../domain/order-lifecycle.js';
import type { Order, OrderUpdate } from '../../domain/order.js';
import type { Placement } from '../../domain/placement.js';
import type {
  Feed,
  FeedPage,
  IdempotencyClaim,
  ListedOrder,
  ListPage,
  OrderHistory,
  OrderStore,
  OrderTransaction,
} from '../order-store.js';

const DAY_MS = 24 * 60 * 60 * 1000;

interface State {
  readonly orders: Map<string, { order: Order; number: number; deadlineMs: number }>;
  readonly updates: OrderUpdate[];
  /** The latest feed sequence of each customer. */
  readonly latest: Map<string, number>;
  readonly keys: Map<string, IdempotencyClaim & { orderId: string; atMs: number }>;
  readonly events: { readonly type: string; readonly data: unknown }[];
}

/** An order store for tests without I/O: transactions one after the other, time set by hand. */
export class InMemoryOrderStore implements OrderStore {
  now = new Date('2026-11-21T12:00:00.000Z');
  #state: State = {
    orders: new Map(),
    updates: [],
    latest: new Map(),
    keys: new Map(),
    events: [],
  };
  #last: Promise<unknown> = Promise.resolve();

  /** The events appended so far, in their order. */
  get events(): State['events'] {
    return this.#state.events;
  }

  transaction<T>(work: (tx: OrderTransaction) => Promise<T>): Promise<T> {
    const run = async (): Promise<T> => {
      const { orders, updates, latest, keys, events } = this.#state;
      const draft = {
        ...{ orders: new Map(orders), updates: [...updates], latest: new Map(latest) },
        ...{ keys: new Map(keys), events: [...events] },
      };
      const result = await work(transactionOn(draft, this.now));
      this.#state = draft;
      return result;
    };
    const result = this.#last.then(run);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async find(customerId: string, orderId: string): Promise<Order | undefined> {
    const order = this.#state.orders.get(orderId)?.order;
    return order?.customerId === customerId ? order : undefined;
  }

  async findPlaced(
    customerId: string,
    key: string,
  ): Promise<{ order: Order; requestHash: string } | undefined> {
    const claim = this.#state.keys.get(`${customerId} ${key}`);
    if (!claim || this.now.getTime() - claim.atMs >= DAY_MS) return undefined;
    const order = await this.find(customerId, claim.orderId);
    return order && { order, requestHash: claim.requestHash };
  }

  async list(customerId: string, { limit, before }: ListPage): Promise<readonly ListedOrder[]> {
    return [...this.#state.orders.values()]
      .filter(({ order }) => order.customerId === customerId)
      .filter(({ number }) => before === undefined || number < before)
      .sort((a, b) => b.number - a.number)
      .slice(0, limit);
  }

  async history(
    customerId: string,
    orderId: string,
    afterVersion: number,
  ): Promise<OrderHistory | undefined> {
    const order = await this.find(customerId, orderId);
    const updates = this.#state.updates.filter(
      (update) => update.orderId === orderId && update.version > afterVersion,
    );
    return order && { status: order.status, version: order.version, updates };
  }

  async feed(customerId: string, { afterSequence, limit }: FeedPage): Promise<Feed> {
    const all = this.#state.updates.filter((update) => update.customerId === customerId);
    const updates = all
      .filter(({ feedSequence }) => feedSequence > (afterSequence ?? Infinity))
      .slice(0, limit);
    const latestSequence = this.#state.latest.get(customerId) ?? 0;
    return { updates, latestSequence, epoch: 'in-memory' };
  }

  async forgetUpdates(before: Date, limit: number): Promise<number> {
    const old = this.#state.updates.filter(({ occurredAt }) => occurredAt < before).slice(0, limit);
    const updates = this.#state.updates.filter((update) => !old.includes(update));
    this.#state = { ...this.#state, updates };
    return old.length;
  }

  async forgetIdempotencyKeys(limit: number): Promise<number> {
    const old = [...this.#state.keys].filter(([, { atMs }]) => this.now.getTime() - atMs >= DAY_MS);
    old.slice(0, limit).forEach(([key]) => this.#state.keys.delete(key));
    return Math.min(old.length, limit);
  }
}

function transactionOn(
  { orders, updates, latest, keys, events }: State,
  at: Date,
): OrderTransaction {
  const stamped = (update: Omit<OrderUpdate, 'feedSequence' | 'occurredAt' | 'traceparent'>) => {
    const feedSequence = (latest.get(update.customerId) ?? 0) + 1;
    latest.set(update.customerId, feedSequence);
    const stamp = { feedSequence, occurredAt: at, traceparent: 'none' };
    updates.push({ ...update, ...stamp });
    return { ...update, ...stamp };
  };
  return {
    async place(placement: Placement, claim: IdempotencyClaim, reservationTimeoutMs: number) {
      const { orderId, customerId } = placement;
      const key = `${customerId} ${claim.key}`;
      const earlier = keys.get(key);
      if (earlier && at.getTime() - earlier.atMs < DAY_MS) return undefined;
      keys.set(key, { ...claim, orderId, atMs: at.getTime() });
      const placed = { version: 1, status: 'PLACED', reason: undefined } as const;
      const update = stamped({ orderId, customerId, ...placed });
      orders.set(orderId, {
        order: { ...placement, ...placed, createdAt: at, updatedAt: at },
        number: update.feedSequence,
        deadlineMs: at.getTime() + reservationTimeoutMs,
      });
      return update;
    },
    async lock(orderId: string) {
      return orders.get(orderId)?.order;
    },
    async lockOverdue() {
      return [...orders.values()].find(
        ({ order, deadlineMs }) => order.status === 'PLACED' && deadlineMs <= at.getTime(),
      )?.order;
    },
    async record(order: Order, change: OrderChange) {
      const { orderId, customerId } = order;
      const version = order.version + 1;
      const entry = orders.get(orderId);
      if (!entry) throw new Error(`No order ${orderId}`);
      orders.set(orderId, { ...entry, order: { ...order, ...change, version, updatedAt: at } });
      return stamped({ orderId, customerId, version, ...change });
    },
    async append<Data>(definition: EventDefinition<Data>, data: Data) {
      events.push({ type: definition.type, data });
    },
  };
}
