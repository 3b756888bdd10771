import { NumberedLine } from './numbered-line.js';
import type { OrderUpdate } from './order-update.js';

/** Sends an update to the socket; a feed that resumes after `feedPosition` misses and repeats nothing. */
export type Emit = (update: OrderUpdate, feedPosition: number) => void;

/**
 * What one socket has and is to get: its order subscriptions and its feed of all of the customer's
 * orders. Each update that any of them covers is emitted once. While there is a feed, what it covers
 * is emitted in feed order, so that the position given with each update is one to resume from.
 */
export class LiveView {
  readonly #orders = new Map<string, NumberedLine<OrderUpdate>>();
  readonly #emit: Emit;
  #feed: NumberedLine<OrderUpdate> | undefined;
  /** The last feed number whose turn has come; behind the line's position while it drains. */
  #feedTurn = 0;
  /** What the feed gave before it was opened again. */
  #gave = { after: 0, position: 0 };

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  /** The orders that are subscribed to. */
  get orderIds(): readonly string[] {
    return [...this.#orders.keys()];
  }

  get feed(): Pick<NumberedLine<OrderUpdate>, 'after' | 'position' | 'gap'> | undefined {
    return this.#feed;
  }

  order(
    orderId: string,
  ): Pick<NumberedLine<OrderUpdate>, 'after' | 'position' | 'gap'> | undefined {
    return this.#orders.get(orderId);
  }

  /** Begins to keep the updates of an order, for {@link openOrder}. */
  joinOrder(orderId: string, afterVersion: number): void {
    this.#orders.set(
      orderId,
      new NumberedLine<OrderUpdate>({
        after: afterVersion,
        held: true,
        handOver: (update) => this.#fromOrder(update),
      }),
    );
  }

  /** Emits what the history and the line hold, then what comes. */
  openOrder(orderId: string, history: readonly OrderUpdate[]): void {
    this.#orders.get(orderId)?.open();
    this.receiveOrder(history);
  }

  /** For an open line, asked for from an earlier version: emits what lies before its start. */
  extendOrder(orderId: string, afterVersion: number, history: readonly OrderUpdate[]): void {
    const line = this.#orders.get(orderId);
    if (line === undefined) return;
    const earlier = history.filter((update) => update.version <= line.after);
    line.startBefore(afterVersion);
    for (const update of earlier) this.#fromOrder(update);
    this.receiveOrder(history);
  }

  leaveOrder(orderId: string): void {
    this.#orders.delete(orderId);
  }

  /**
   * Begins the feed after a number, also an earlier one than before: what this socket got from it is
   * not emitted again. Updates up to `snapshot`'s versions count as known.
   */
  openFeed(after: number, snapshot: ReadonlyMap<string, number> = new Map()): void {
    if (this.#feed) this.#gave = { after: this.#feed.after, position: this.#feedTurn };
    this.#feedTurn = after;
    this.#feed = new NumberedLine<OrderUpdate>({
      after,
      handOver: (update) => this.#fromFeed(update, snapshot),
    });
  }

  leaveFeed(): void {
    this.#feed = undefined;
    this.#gave = { after: 0, position: 0 };
  }

  /** Takes an update from anywhere: live, repeated, early, or read from history. */
  receive(update: OrderUpdate): void {
    if (this.#feed !== undefined && update.feedSequence > this.#feed.after) {
      this.#feed.offer(update.feedSequence, update);
    } else {
      this.#toOrder(update);
    }
  }

  /** Takes history of one order, which may lie ahead of where the feed stands. */
  receiveOrder(history: readonly OrderUpdate[]): void {
    for (const update of history) this.#toOrder(update);
  }

  #toOrder(update: OrderUpdate): void {
    this.#orders.get(update.orderId)?.offer(update.version, update);
  }

  #fromOrder(update: OrderUpdate): void {
    if (this.#feed === undefined) this.#emit(update, update.feedSequence);
    else if (!this.#feedGave(update)) this.#emit(update, this.#feedTurn);
  }

  #fromFeed(update: OrderUpdate, snapshot: ReadonlyMap<string, number>): void {
    const known =
      this.#feedGave(update) ||
      this.#orders.get(update.orderId)?.has(update.version) ||
      update.version <= (snapshot.get(update.orderId) ?? 0);
    this.#feedTurn = update.feedSequence;
    if (!known) this.#emit(update, update.feedSequence);
    this.#toOrder(update);
  }

  #feedGave({ feedSequence }: OrderUpdate): boolean {
    const within = (after: number, position: number) =>
      feedSequence > after && feedSequence <= position;
    return (
      within(this.#feed?.after ?? 0, this.#feedTurn) ||
      within(this.#gave.after, this.#gave.position)
    );
  }
}
