import type { Caller } from '../domain/caller.js';
import type { LiveView } from '../domain/live-view.js';
import { NumberedLine } from '../domain/numbered-line.js';
import type { OrderUpdate } from '../domain/order-update.js';
import type { FeedCursors, FeedPlace } from './feed-cursors.js';
import type { LiveLimits } from './live-limits.js';
import {
  LiveError,
  type Acknowledge,
  type LiveClient,
  type ResyncReason,
} from './live-protocol.js';
import type { FeedPage, FeedPosition, OrderHistory, Orders } from './orders.js';

export interface FeedFollowerOptions {
  readonly caller: Caller;
  readonly client: LiveClient;
  readonly view: LiveView;
  readonly orders: Pick<Orders, 'list'>;
  readonly history: OrderHistory;
  readonly cursors: FeedCursors;
  readonly limits: LiveLimits;
  /** What came by before can't be told any more: every order has to be read again. */
  lost(): void;
}

/**
 * Follows the feed of all of a customer's orders for one session: opens it where a cursor stands, and
 * reads what has not come by. It follows also when the session has no feed subscription, so that an
 * update that got lost on its way is found.
 */
export class FeedFollower {
  readonly #options: FeedFollowerOptions;
  #started: Promise<void> | undefined;
  #epoch: string | undefined;
  /** Up to where the customer's updates have come by. */
  #seen = line(0);
  /** Updates that come while a feed is being opened. */
  #early: OrderUpdate[] | undefined;
  #closed = false;

  constructor(options: FeedFollowerOptions) {
    this.#options = options;
  }

  /** Finds out where the feed stands; once, however often it is called. */
  start(): Promise<void> {
    const { history, caller } = this.#options;
    this.#started ??= history.feedPosition(caller).then(
      (position) => this.#follow(position),
      (error: unknown) => {
        this.#started = undefined;
        throw error;
      },
    );
    return this.#started;
  }

  /** Acks with a cursor, then emits what lies after the given one (without one: nothing). */
  async subscribe(cursor: string | undefined, ack: Acknowledge): Promise<void> {
    const from = cursor === undefined ? undefined : this.#read(cursor);
    await this.start();
    const { feed } = this.#options.view;
    const covered = !from || (from.epoch === this.#epoch && from.sequence >= (feed?.after ?? 0));
    if (feed && covered) return ack({ ok: true, cursor: this.cursorAt(feed.position) });
    await this.#opening(() => (from ? this.#resume(from, ack) : this.#begin(ack)));
  }

  /** Takes an update that came by, for {@link behind} and for a feed that is being opened. */
  receive(update: OrderUpdate): void {
    if (this.#epoch === undefined) return;
    this.#seen.offer(update.feedSequence, update);
    if (this.#early && this.#early.length < this.#seen.capacity) this.#early.push(update);
  }

  /** The feed subscription lacks something that came by, or that came before. */
  get behind(): boolean {
    const { feed } = this.#options.view;
    return feed !== undefined && (feed.gap || feed.position < this.#seen.position);
  }

  /** Reads what has not come by and hands it to `receive`; true when nothing is missing any more. */
  async catchUp(receive: (update: OrderUpdate) => void): Promise<boolean> {
    const { history, caller, view, client } = this.#options;
    for (;;) {
      const sequence = view.feed?.position ?? this.#seen.position;
      const page = await history.ofFeed(caller, sequence);
      if (this.#closed) return true;
      const stale = this.#staleness({ epoch: this.#epoch ?? '', sequence }, page);
      if (stale) return this.#startOver(stale, page);
      for (const update of page.updates) receive(update);
      if (isLast(page)) return !this.behind;
      await client.ready();
    }
  }

  cursorAt(sequence: number): string {
    const { cursors, caller } = this.#options;
    return cursors.encode(caller.customerId, { epoch: this.#epoch ?? '', sequence });
  }

  close(): void {
    this.#closed = true;
  }

  async #begin(ack: Acknowledge): Promise<void> {
    const position = await this.#options.history.feedPosition(this.#options.caller);
    if (this.#closed) return;
    this.#follow(position);
    ack({ ok: true, cursor: this.cursorAt(position.latest) });
    this.#open(position.latest);
  }

  async #resume(from: FeedPlace, ack: Acknowledge): Promise<void> {
    const page = await this.#options.history.ofFeed(this.#options.caller, from.sequence);
    if (this.#closed) return;
    const stale = this.#staleness(from, page);
    if (stale) return this.#resync(stale, ack);
    this.#follow(page);
    ack({ ok: true, cursor: this.cursorAt(from.sequence) });
    this.#open(from.sequence);
    for (const update of page.updates) this.#options.view.receive(update);
  }

  /** Has the client start over from a snapshot, and goes on after it. */
  async #resync(reason: ResyncReason, ack?: Acknowledge): Promise<void> {
    const { history, orders, caller, client } = this.#options;
    const position = await history.feedPosition(caller);
    const snapshot = await orders.list(caller, { limit: 100 });
    if (this.#closed) return;
    this.#follow(position);
    const cursor = this.cursorAt(position.latest);
    ack?.({ ok: true, cursor });
    client.resync({ reason, snapshot, cursor });
    const known = snapshot.items.map((order) => [order.orderId, order.version] as const);
    this.#open(position.latest, new Map(known));
  }

  #open(after: number, snapshot?: ReadonlyMap<string, number>): void {
    const { view } = this.#options;
    view.openFeed(after, snapshot);
    for (const update of this.#early ?? []) view.receive(update);
  }

  async #startOver(reason: ResyncReason, position: FeedPosition): Promise<boolean> {
    const { view, lost } = this.#options;
    const subscribed = view.feed !== undefined;
    view.leaveFeed();
    this.#epoch = undefined;
    this.#follow(position);
    lost();
    if (subscribed) await this.#opening(() => this.#resync(reason));
    return true;
  }

  async #opening(open: () => Promise<void>): Promise<void> {
    this.#early = [];
    try {
      await open();
    } finally {
      this.#early = undefined;
    }
  }

  #follow({ epoch, latest }: FeedPosition): void {
    if (epoch === this.#epoch) return;
    this.#epoch = epoch;
    this.#seen = line(latest);
  }

  #staleness(from: FeedPlace, now: FeedPosition): ResyncReason | undefined {
    if (from.epoch !== now.epoch) return 'EPOCH_CHANGED';
    if (from.sequence > now.latest) return 'CURSOR_AHEAD';
    const { maxReplay } = this.#options.limits;
    return now.latest - from.sequence > maxReplay ? 'CURSOR_TOO_OLD' : undefined;
  }

  #read(cursor: string): FeedPlace {
    const { cursors, caller } = this.#options;
    const place = cursors.decode(caller.customerId, cursor);
    if (place) return place;
    throw new LiveError('CURSOR_INVALID', 'The cursor is not one that was given to this customer');
  }
}

function isLast({ updates, latest }: FeedPage): boolean {
  return (updates.at(-1)?.feedSequence ?? latest) >= latest;
}

function line(after: number): NumberedLine<OrderUpdate> {
  return new NumberedLine<OrderUpdate>({ after, handOver: () => undefined });
}
