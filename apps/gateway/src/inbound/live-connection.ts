import { AppError, viewError } from '@mesh/service-kit';
import { isSampled, isTracing } from '@mesh/tracing';
import type { Caller } from '../domain/caller.js';
import type { OrderUpdate } from '../domain/order-update.js';
import type { StockUpdate } from '../domain/stock-item.js';
import type { LiveHub } from '../use-cases/live-hub.js';
import type { Acknowledge, LiveClient, Resync } from '../use-cases/live-protocol.js';
import type { LiveSession } from '../use-cases/live-session.js';
import type { LiveSessions } from '../use-cases/live-sessions.js';
import { inEmitSpan } from './emit-span.js';
import { closing, liveMetrics, type ClosingCode } from './live-closing.js';
import { LiveIdentity, lifeOf } from './live-identity.js';
import type { StockFeed } from '../use-cases/stock-feed.js';
import type { Subscription } from './live-messages.js';
import { SendQueue, type SendLimits, type State } from './live-send-queue.js';
import type { LiveSocket } from './live-wire.js';
import { orderMessages } from './order-message.js';
import { pageView } from './page-view.js';

/** Of this process: sockets of one customer are mostly told the same. */
const messageOf = orderMessages();

export interface LiveConnectionSettings {
  readonly send: SendLimits;
  /** How long before the end of a token its client is told. */
  readonly noticeMs: number;
  /** The role that the stock feed needs. */
  readonly stockRole: string | undefined;
}

export interface LiveConnectionOptions {
  readonly socket: LiveSocket;
  readonly caller: Caller;
  readonly hub: LiveHub;
  readonly sessions: LiveSessions;
  readonly settings: LiveConnectionSettings;
  /** Without it, who subscribes to stock gets no more of what is than was announced here. */
  readonly stockFeed?: StockFeed;
}

/** What a renewal has changed. */
export interface Renewed {
  readonly expiresInMs: number;
  /** Subscriptions that the new token does not allow. */
  readonly ended?: readonly object[];
}

/**
 * One socket: what it subscribes to, and what is sent to it. It ends with its token, unless that is
 * renewed, and when its client takes too little.
 */
export class LiveConnection implements LiveClient {
  readonly #socket: LiveSocket;
  readonly #hub: LiveHub;
  readonly #sessions: LiveSessions;
  readonly #settings: LiveConnectionSettings;
  readonly #identity: LiveIdentity;
  readonly #session: LiveSession;
  readonly #queue: SendQueue;
  readonly #stock = (update: StockUpdate) =>
    this.#send('stock.updated', update, { id: update.sku, version: update.version });
  readonly #stockFeed: StockFeed | undefined;
  #watchesStock = false;
  #announced: ClosingCode | undefined;
  #closed = false;
  readonly #begun = Date.now();

  constructor({ socket, caller, hub, sessions, settings, stockFeed }: LiveConnectionOptions) {
    this.#stockFeed = stockFeed;
    this.#socket = socket;
    this.#hub = hub;
    this.#sessions = sessions;
    this.#settings = settings;
    this.#queue = new SendQueue({
      ...{ wire: socket, limits: settings.send },
      overflow: () => this.end('SLOW_CLIENT'),
    });
    socket.onSent(() => this.#queue.pump());
    this.#identity = new LiveIdentity(caller, {
      noticeMs: settings.noticeMs,
      expiring: (inMs) => this.#socket.send('token.expiring', { inMs }),
      expired: () => this.end('TOKEN_EXPIRED'),
    });
    this.#session = sessions.open(this.#identity, this);
  }

  /** Bytes that wait for the client in this process. */
  get waitingBytes(): number {
    return this.#queue.bytes + this.#socket.waiting();
  }

  subscribe(to: Subscription, ack: Acknowledge): void {
    if ('orderId' in to) this.#session.subscribeOrder(to.orderId, to.afterVersion, ack);
    else if (to.feed === 'orders') this.#session.subscribeFeed(to.cursor, ack);
    else void this.#subscribeStock(to.versions, ack);
  }

  unsubscribe(from: Subscription, ack: Acknowledge): void {
    if ('orderId' in from) this.#session.unsubscribeOrder(from.orderId, ack);
    else if (from.feed === 'orders') this.#session.unsubscribeFeed(ack);
    else {
      this.#leaveStock();
      ack({ ok: true });
    }
  }

  /** Goes on with another verified token of the same customer. @throws AppError FORBIDDEN */
  renew(caller: Caller): Renewed {
    this.#identity.renew(caller);
    const expiresInMs = lifeOf(caller.token);
    if (!this.#watchesStock || this.#identity.has(this.#settings.stockRole)) return { expiresInMs };
    this.#leaveStock();
    return { expiresInMs, ended: [{ feed: 'stock' }] };
  }

  updated(update: OrderUpdate, cursor: string): void {
    if (update.occurredAt.getTime() >= this.#begun) measureDelay(update);
    inEmitSpan('order.updated', update, (traceparent) => {
      const message = messageOf(update, traceparent, cursor);
      this.#send('order.updated', message, { id: update.orderId, version: update.version });
    });
  }

  resync({ reason, orderId, snapshot, cursor }: Resync): void {
    liveMetrics.resyncs.inc({ reason });
    this.#send('resync', {
      ...{ reason, ...(orderId !== undefined && { orderId }) },
      ...{ snapshot: pageView(snapshot), cursor },
    });
  }

  ready(): Promise<void> {
    return this.#queue.emptied();
  }

  /** Told of each message: who asks and does not take the answers is a slow client. */
  heard(): void {
    if (this.waitingBytes > this.#settings.send.maxBytes) this.end('SLOW_CLIENT');
  }

  /** Tells the client that it will be ended soon, and should move before. */
  announceEnd(code: ClosingCode, inMs: number): void {
    if (this.#closed) return;
    this.#announced = code;
    this.#socket.send('closing', closing(code, inMs));
  }

  /** Tells the client why, and ends the connection; what waits is dropped, the client has its cursor. */
  end(code: ClosingCode): void {
    if (this.#closed) return;
    liveMetrics.closed.inc({ code });
    this.close();
    if (this.#announced !== code) this.#socket.send('closing', closing(code));
    this.#socket.end();
  }

  close(): void {
    this.#closed = true;
    this.#identity.close();
    this.#leaveStock();
    this.#sessions.close(this.#session);
    this.#queue.close();
  }

  #send(event: string, message: object, state?: State): void {
    if (this.#closed) return;
    liveMetrics.sent.inc({ event });
    this.#queue.send(event, message, state);
  }

  /** Acks, then sends what is newer than the versions (without them: nothing), then live. */
  async #subscribeStock(
    versions: Readonly<Record<string, number>> | undefined,
    ack: Acknowledge,
  ): Promise<void> {
    const { stockRole } = this.#settings;
    if (!this.#identity.has(stockRole)) {
      const { code, message } = new AppError('FORBIDDEN', `This needs the role ${stockRole}`);
      return ack({ ok: false, code, message });
    }
    if (versions) {
      try {
        await this.#stockFeed?.refresh();
      } catch (error) {
        const { code, message, retryAfterMs = 1000 } = viewError(error);
        return ack({ ok: false, code, message, retryAfterMs });
      }
      if (this.#closed) return;
    }
    this.#watchesStock = true;
    this.#hub.watchStock(this.#stock);
    ack({ ok: true });
    for (const state of versions ? this.#hub.stockAfter(versions) : []) this.#stock(state);
  }

  #leaveStock(): void {
    this.#watchesStock = false;
    this.#hub.unwatchStock(this.#stock);
  }
}

/** History that a client lacked before it came is no delay of ours. */
function measureDelay({ occurredAt, traceparent }: OrderUpdate): void {
  const seconds = Math.max(0, Date.now() - occurredAt.getTime()) / 1000;
  liveMetrics.delays.observe(seconds, isTracing() && isSampled(traceparent) ? traceparent : null);
}
