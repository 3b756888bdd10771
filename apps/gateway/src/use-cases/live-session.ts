import { errorCatalog, type ErrorCode } from '@mesh/contracts/errors';
import type { Caller } from '../domain/caller.js';
import { LiveView } from '../domain/live-view.js';
import type { OrderUpdate } from '../domain/order-update.js';
import type { FeedCursors } from './feed-cursors.js';
import { FeedFollower } from './feed-follower.js';
import { liveLimits, type LiveLimits } from './live-limits.js';
import { LiveError, type Ack, type Acknowledge, type LiveClient } from './live-protocol.js';
import type { OrderHistory, Orders } from './orders.js';
import { Repairs } from './repairs.js';
import { Turns } from './turns.js';

export interface LiveSessionOptions {
  readonly caller: Caller;
  readonly client: LiveClient;
  readonly orders: Pick<Orders, 'list'>;
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
      lost: () => this.#view.orderIds.forEach((orderId) => this.#readOrder(orderId, true)),
    });
    this.#turns = new Turns({ concurrency: limits.concurrency, capacity: limits.maxPending });
    this.#repairs = new Repairs({
      timing: limits.repair,
      failed: (error) => this.#worthTrying(error),
    });
    this.#probeLater();
  }

  /** Acks, then sends the order's updates after a version, then live. */
  subscribeOrder(orderId: string, afterVersion: number, ack: Acknowledge): void {
    this.#turn(`order ${orderId}`, ack, async () => {
      await this.#feed.start();
      const known = this.#view.order(orderId);
      if (known && afterVersion >= known.after) return ack({ ok: true });
      if (!known) this.#joinOrder(orderId, afterVersion);
      const { history } = this.#options;
      const updates = await history
        .ofOrder(this.caller, orderId, afterVersion)
        .catch((error: unknown) => {
          if (!known) this.#view.leaveOrder(orderId);
          throw error;
        });
      if (this.#closed) return;
      ack({ ok: true });
      if (known) this.#view.extendOrder(orderId, afterVersion, updates);
      else this.#view.openOrder(orderId, updates);
      this.#mend(orderId);
    });
  }

  /** Acks with a cursor, then sends what lies after the given one (without one: nothing), then live. */
  subscribeFeed(cursor: string | undefined, ack: Acknowledge): void {
    this.#turn('feed', ack, async () => {
      await this.#feed.subscribe(cursor, ack);
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

  #joinOrder(orderId: string, afterVersion: number): void {
    const { maxOrders } = this.#limits;
    if (this.#view.orderIds.length >= maxOrders) {
      throw new LiveError('TOO_MANY_REQUESTS', `A socket has at most ${maxOrders} orders`);
    }
    this.#view.joinOrder(orderId, afterVersion);
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
      const { history } = this.#options;
      const updates = await history.ofOrder(this.caller, orderId, line.position);
      if (!this.#closed) this.#view.receiveOrder(updates);
      return !line.gap;
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
    if (!taken) ack({ ok: false, code: 'TOO_MANY_REQUESTS', message: 'Too many messages wait' });
  }

  #refusal(error: unknown): Ack {
    const code = codeOf(error);
    if (code) return { ok: false, code, message: (error as Error).message };
    this.#options.failed(error);
    return { ok: false, code: 'INTERNAL', message: 'Something failed here' };
  }

  #worthTrying(error: unknown): boolean {
    const hopeless = !this.#closed && (error as { retryable?: unknown }).retryable !== true;
    if (hopeless) this.#options.failed(error);
    return !this.#closed && !hopeless;
  }
}

function codeOf(error: unknown): ErrorCode | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const { code } = error;
  return typeof code === 'string' && Object.hasOwn(errorCatalog, code)
    ? (code as ErrorCode)
    : undefined;
}
