import { errorCatalog, type ErrorCode } from '@mesh/contracts/errors';
import type { Caller } from '../domain/caller.js';
import { completeness } from '../domain/completeness.js';
import { LiveView } from '../domain/live-view.js';
import type { Order } from '../domain/order.js';
import type { OrderUpdate } from '../domain/order-update.js';
import type { FeedCursors } from './feed-cursors.js';
import { FeedFollower } from './feed-follower.js';
import { liveLimits, type LiveLimits } from './live-limits.js';
import {
  LiveError,
  type Acknowledge,
  type LiveClient,
  type Refusal,
  type ResyncReason,
} from './live-protocol.js';
import type { OrderHistory, Orders, OrderTail } from './orders.js';
import { Repairs } from './repairs.js';
import { Turns } from './turns.js';

export interface LiveSessionOptions {
  readonly caller: Caller;
  readonly client: LiveClient;
  readonly orders: Pick<Orders, 'get' | 'list'>;
  readonly history: OrderHistory;
  readonly cursors: FeedCursors;
  /** @default liveLimits */
  readonly limits?: LiveLimits;
  /** Told of what failed and will not be tried again. */
  failed(error: unknown): void;
}

/**
 * The live updates of one socket: each subscription gets what lies behind it, then what comes, without
 * a gap or a repeat. Live updates may get lost, doubled or swapped on their way here: what is missing
 * is read from the history, at the next update or at the latest by the next probe.
 */
export class LiveSession {
  readonly caller: Caller;
  readonly #options: LiveSessionOptions;
  readonly #limits: LiveLimits;
  readonly #view: LiveView;
  readonly #feed: FeedFollower;
  readonly #turns: Turns;
  readonly #repairs: Repairs;
  #probe: NodeJS.Timeout | undefined;
  /** The feed subscription that is being answered. */
  #opening: Promise<void> | undefined;
  #closed = false;

  constructor(options: LiveSessionOptions) {
    const limits = options.limits ?? liveLimits;
    this.caller = options.caller;
    this.#options = options;
    this.#limits = limits;
    this.#view = new LiveView((update, position) =>
      options.client.updated(update, this.#feed.cursorAt(position)),
    );
    this.#feed = new FeedFollower({
      ...{ ...options, limits, view: this.#view },
      lost: (reason, shown) => this.#tellAnew(reason, shown),
    });
    this.#turns = new Turns({ concurrency: limits.concurrency, capacity: limits.maxPending });
    this.#repairs = new Repairs({
      timing: limits.repair,
      failed: (error) => this.#worthTrying(error),
    });
    this.#probeLater();
  }

  /**
   * Acks, then sends the order's updates after a version, then live. When these are not kept any more,
   * sends the order as it is instead.
   */
  subscribeOrder(orderId: string, afterVersion: number, ack: Acknowledge): void {
    const asked = this.#view.snapshots;
    this.#turn(`order ${orderId}`, ack, async () => {
      await this.#feed.start();
      const known = this.#view.order(orderId);
      if (known && afterVersion >= known.after) return ack({ ok: true });
      if (!known) this.#joinOrder(orderId, afterVersion, asked);
      try {
        await this.#openOrder(orderId, { afterVersion, known: known !== undefined, ack });
      } catch (error) {
        if (!known) this.#view.leaveOrder(orderId);
        throw error;
      }
      this.#mend(orderId);
    });
  }

  /** Acks with a cursor, then sends what lies after the given one (without one: nothing), then live. */
  subscribeFeed(cursor: string | undefined, ack: Acknowledge): void {
    this.#turn('feed', ack, async () => {
      const opening = this.#feed.subscribe(cursor, ack);
      this.#opening = opening.catch(() => undefined);
      await opening;
      if (this.#feed.behind) this.#catchUp(0);
    });
  }

  unsubscribeOrder(orderId: string, ack: Acknowledge): void {
    this.#turn(`order ${orderId}`, ack, async () => {
      this.#view.leaveOrder(orderId);
      ack({ ok: true });
    });
  }

  unsubscribeFeed(ack: Acknowledge): void {
    this.#turn('feed', ack, async () => {
      // What order subscriptions have left to the feed comes first.
      if (this.#feed.behind) await this.#feed.catchUp((update) => this.receive(update));
      const { behind } = this.#feed;
      this.#view.leaveFeed();
      ack({ ok: true });
      if (behind) this.#view.orderIds.forEach((orderId) => this.#readOrder(orderId, true));
    });
  }

  /** Takes an update of this customer, from wherever. */
  receive(update: OrderUpdate): void {
    if (this.#closed) return;
    this.#feed.receive(update);
    this.#view.receive(update);
    this.#mend(update.orderId);
  }

  close(): void {
    this.#closed = true;
    this.#feed.close();
    this.#repairs.stop();
    clearTimeout(this.#probe);
  }

  #joinOrder(orderId: string, afterVersion: number, asked: number): void {
    const { maxOrders } = this.#limits;
    if (this.#view.orderIds.length >= maxOrders) {
      const message = `A socket has at most ${maxOrders} orders`;
      throw new LiveError('TOO_MANY_REQUESTS', message, { limit: maxOrders });
    }
    this.#view.joinOrder(orderId, afterVersion, asked);
  }

  async #openOrder(
    orderId: string,
    { afterVersion, known, ack }: { afterVersion: number; known: boolean; ack: Acknowledge },
  ): Promise<void> {
    const tail = await this.#options.history.ofOrder(this.caller, orderId, afterVersion);
    const gone = goneOf(afterVersion, tail);
    const order = gone && (await this.#options.orders.get(this.caller, orderId));
    // A cursor that goes out before the feed begins would leave out what the feed owes.
    await this.#opening;
    if (this.#closed) return;
    ack({ ok: true });
    if (order) this.#tellOrder(gone, order);
    else if (known) this.#view.extendOrder(orderId, afterVersion, tail.updates);
    else this.#view.openOrder(orderId, tail.updates);
  }

  #tellOrder(reason: ResyncReason, order: Order): void {
    const { orderId, version } = order;
    const snapshot = { items: [order], nextCursor: undefined };
    this.#options.client.resync({ reason, orderId, snapshot, cursor: this.#feed.cursor });
    this.#view.skipOrder(orderId, version);
  }

  /** Every order that was not shown: as it is, when its numbers may mean other changes now. */
  #tellAnew(reason: ResyncReason, shown: ReadonlySet<string>): void {
    for (const orderId of this.#view.orderIds) {
      if (shown.has(orderId)) continue;
      if (reason === 'EPOCH_CHANGED') this.#resyncOrder(orderId, reason);
      else this.#readOrder(orderId, true);
    }
  }

  #resyncOrder(orderId: string, reason: ResyncReason): void {
    this.#repairs.need(`resync ${orderId}`, 0, async () => {
      if (!this.#view.order(orderId)) return true;
      const order = await this.#options.orders.get(this.caller, orderId).catch((error: unknown) => {
        // It was lost with what a restore lost.
        if (codeOf(error) === 'ORDER_NOT_FOUND') this.#view.leaveOrder(orderId);
        throw error;
      });
      if (!this.#closed && this.#view.order(orderId)) this.#tellOrder(reason, order);
      this.#mend(orderId);
      return true;
    });
  }

  #mend(orderId: string): void {
    if (this.#view.order(orderId)?.gap) this.#readOrder(orderId, false);
    if (this.#feed.behind) this.#catchUp(this.#limits.gapPatienceMs);
  }

  /** Reads what an order's subscription lacks; `always`: also when no gap shows. */
  #readOrder(orderId: string, always: boolean): void {
    this.#repairs.need(`order ${orderId}`, this.#limits.gapPatienceMs, async () => {
      const line = this.#view.order(orderId);
      if (!line || !(always || line.gap)) return true;
      const from = line.position;
      const tail = await this.#options.history.ofOrder(this.caller, orderId, from);
      if (this.#closed) return true;
      const gone = goneOf(from, tail);
      if (gone) this.#resyncOrder(orderId, gone);
      else this.#view.receiveOrder(tail.updates);
      if (this.#feed.behind) this.#catchUp(this.#limits.gapPatienceMs);
      return gone !== undefined || !line.gap;
    });
  }

  #catchUp(afterMs: number): void {
    this.#repairs.need('feed', afterMs, async () => {
      const patient = afterMs > 0 && !this.#feed.behind;
      return patient || this.#feed.catchUp((update) => this.receive(update));
    });
  }

  #probeLater(): void {
    const afterMs = this.#limits.probeEveryMs * (0.5 + Math.random());
    this.#probe = setTimeout(() => {
      if (this.#view.feed || this.#view.orderIds.length > 0) {
        this.#repairs.need('feed', 0, () => this.#feed.catchUp((update) => this.receive(update)));
      }
      this.#probeLater();
    }, afterMs);
  }

  #turn(key: string, ack: Acknowledge, work: () => Promise<void>): void {
    const taken = this.#turns.take(key, async () => {
      if (this.#closed) return;
      await work().catch((error: unknown) => ack(this.#refusal(error)));
    });
    if (taken) return;
    const { maxPending: limit } = this.#limits;
    const message = `At most ${limit} messages of a socket wait; send more when some are answered`;
    ack({ ok: false, code: 'TOO_MANY_REQUESTS', message, limit, retryAfterMs: retryAfterMs() });
  }

  #refusal(error: unknown): Refusal {
    const code = codeOf(error);
    if (code) {
      const { message, limit, retryable } = error as Partial<LiveError> & Error;
      return {
        ...{ ok: false, code, message },
        ...(limit !== undefined && { limit }),
        ...(retryable === true && { retryAfterMs: retryAfterMs() }),
      };
    }
    this.#options.failed(error);
    return { ok: false, code: 'INTERNAL', message: 'Something failed here' };
  }

  #worthTrying(error: unknown): boolean {
    const hopeless = !this.#closed && (error as { retryable?: unknown }).retryable !== true;
    if (hopeless) this.#options.failed(error);
    return !this.#closed && !hopeless;
  }
}

/** Spread over two seconds. */
function retryAfterMs(): number {
  return 500 + Math.round(Math.random() * 2000);
}

function goneOf(after: number, { updates, latest }: OrderTail): ResyncReason | undefined {
  const numbers = updates.map(({ version }) => version);
  const answered = completeness(after, { numbers, latest });
  if (answered === 'whole') return undefined;
  return answered === 'ahead' ? 'VERSION_AHEAD' : 'HISTORY_GONE';
}

function codeOf(error: unknown): ErrorCode | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const { code } = error;
  return typeof code === 'string' && Object.hasOwn(errorCatalog, code)
    ? (code as ErrorCode)
    : undefined;
}
