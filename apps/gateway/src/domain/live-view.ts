import { NumberedLine } from './numbered-line.js';
import type { OrderUpdate } from './order-update.js';

/** Sends an update to the socket; a feed that resumes after `feedPosition` misses and repeats nothing. */
export type Emit = (update: OrderUpdate, feedPosition: number) => void;

type Line = NumberedLine<OrderUpdate>;
type ReadableLine = Pick<Line, 'after' | 'position' | 'gap'>;

/**
 * What one socket has and is to get: its order subscriptions and its feed of all of the customer's
 * orders. Each update that any of them covers is emitted once. While there is a feed, what it covers
 * is emitted in feed order, also when an order's history knows it already, so that the position given
 * with each update is one to resume from: all before it was emitted, nothing behind it.
 */
export class LiveView {
  readonly #orders = new Map<string, Line>();
  readonly #emit: Emit;
  #feed: Line | undefined;
  /** The last feed number whose turn has come; behind the line's position while it drains. */
  #feedTurn = 0;
  /** Up to which version a snapshot showed orders. */
  readonly #shown = new Map<string, number>();
  #snapshots = 0;
  /** What the feed gave before it was opened again. */
  #gave = { after: 0, position: 0 };

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  /** The orders that are subscribed to. */
  get orderIds(): readonly string[] {
    return [...this.#orders.keys()];
  }

  get feed(): ReadableLine | undefined {
    return this.#feed;
  }

  order(orderId: string): ReadableLine | undefined {
    return this.#orders.get(orderId);
  }

  /** How often a snapshot was told. */
  get snapshots(): number {
    return this.#snapshots;
  }

  /**
   * Begins to keep the updates of an order, for {@link openOrder}. `asked`: the snapshots that had been
   * told when the client asked; what a later one showed is not sent again.
   */
  joinOrder(orderId: string, afterVersion: number, asked = this.#snapshots): void {
    if (asked === this.#snapshots) this.#shown.delete(orderId);
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
    const line = this.#orders.get(orderId);
    if (line === undefined) return;
    const held = line.take();
    line.open();
    this.receiveOrder([...history, ...held]);
  }

  /** For an open line, asked for from an earlier version: emits what lies before its start. */
  extendOrder(orderId: string, afterVersion: number, history: readonly OrderUpdate[]): void {
    const line = this.#orders.get(orderId);
    if (line === undefined) return;
    const earlier = history.filter((update) => update.version <= line.after);
    const toCome = earlier.filter((update) => this.#comesByFeed(update));
    line.startBefore(toCome.at(-1)?.version ?? afterVersion);
    for (const update of earlier) if (!this.#comesByFeed(update)) this.#fromOrder(update);
    for (const update of toCome) this.receive(update);
    this.receiveOrder(history);
  }

  /** An order's updates up to a version are known otherwise; it goes on behind that. */
  skipOrder(orderId: string, toVersion: number): void {
    const line = this.#orders.get(orderId);
    if (line === undefined) return;
    const waiting = line.take();
    line.skipTo(toVersion);
    line.open();
    this.receiveOrder(waiting);
  }

  leaveOrder(orderId: string): void {
    this.#shown.delete(orderId);
    this.#orders.delete(orderId);
  }

  /**
   * Begins the feed after a number, also an earlier one than before: what this socket got from it is
   * not emitted again. Updates up to `snapshot`'s versions count as known.
   */
  openFeed(after: number, snapshot?: ReadonlyMap<string, number>): void {
    if (snapshot) this.#snapshots += 1;
    if (this.#feed) this.#gave = { after: this.#feed.after, position: this.#feedTurn };
    this.#feedTurn = after;
    for (const [orderId, version] of snapshot ?? []) this.#shown.set(orderId, version);
    this.#feed = new NumberedLine<OrderUpdate>({
      after,
      handOver: (update) => this.#fromFeed(update),
    });
    for (const [orderId, version] of snapshot ?? []) this.#orders.get(orderId)?.skipTo(version);
    // What order subscriptions wait for comes with the feed from now on.
    for (const line of this.#orders.values()) for (const item of line.take()) this.receive(item);
  }

  leaveFeed(): void {
    const waiting = this.#feed?.take() ?? [];
    this.#feed = undefined;
    this.#gave = { after: 0, position: 0 };
    this.#shown.clear();
    for (const update of waiting) this.#toOrder(update);
  }

  /** Takes an update from anywhere: live, repeated, early, or read from history. */
  receive(update: OrderUpdate): void {
    if (this.#comesByFeed(update)) this.#feed?.offer(update.feedSequence, update);
    else this.#toOrder(update);
  }

  /** Takes history of one order, which may lie ahead of where the feed stands: that waits for its turn. */
  receiveOrder(history: readonly OrderUpdate[]): void {
    for (const update of history) this.receive(update);
  }

  /** The feed covers it, and its turn has not come. */
  #comesByFeed({ feedSequence }: OrderUpdate): boolean {
    return this.#feed !== undefined && feedSequence > this.#feed.position;
  }

  #toOrder(update: OrderUpdate): void {
    this.#orders.get(update.orderId)?.offer(update.version, update);
  }

  #fromOrder(update: OrderUpdate): void {
    if (this.#wasShown(update)) return;
    if (this.#feed === undefined) this.#emit(update, update.feedSequence);
    else if (!this.#feedGave(update)) this.#emit(update, this.#feedTurn);
  }

  #fromFeed(update: OrderUpdate): void {
    const known =
      this.#feedGave(update) ||
      this.#orders.get(update.orderId)?.has(update.version) ||
      this.#wasShown(update);
    this.#feedTurn = update.feedSequence;
    if (!known) this.#emit(update, update.feedSequence);
    this.#toOrder(update);
  }

  #wasShown({ orderId, version }: OrderUpdate): boolean {
    return version <= (this.#shown.get(orderId) ?? 0);
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
