import type { Caller } from '../domain/caller.js';
import type { OrderUpdate } from '../domain/order-update.js';
import type { StockUpdate } from '../domain/stock-item.js';
import type { LiveHub } from '../use-cases/live-hub.js';
import type { Acknowledge, LiveClient, Resync } from '../use-cases/live-protocol.js';
import type { LiveSession } from '../use-cases/live-session.js';
import type { LiveSessions } from '../use-cases/live-sessions.js';
import type { Subscription } from './live-messages.js';
import { pageView } from './page-view.js';

/** A connected socket, as far as a connection needs one. */
export interface LiveSocket {
  send(event: string, message: object): void;
  /** Packets that have not left yet. */
  waiting(): number;
  /** Fulfilled when they have left, or never will. */
  drained(): Promise<void>;
  /** Closes the transport: the client comes back by itself, which it would not do after a disconnect message. */
  end(): void;
}

/** Packets that wait for a slow client; with more it is cut off, and resumes from its cursor. */
const maxWaiting = 2_000;
/** With more packets than these waiting, no further page of history is read for the client. */
const maxWaitingForHistory = 100;
const longestTimeoutMs = 2 ** 31 - 1;

/** One socket: what it subscribes to, and what is sent to it. It ends with its token. */
export class LiveConnection implements LiveClient {
  readonly #socket: LiveSocket;
  readonly #hub: LiveHub;
  readonly #sessions: LiveSessions;
  readonly #session: LiveSession;
  readonly #expiry: NodeJS.Timeout;
  readonly #stock = (update: StockUpdate) => this.#send('stock.updated', update);

  constructor(options: {
    readonly socket: LiveSocket;
    readonly caller: Caller;
    readonly hub: LiveHub;
    readonly sessions: LiveSessions;
  }) {
    this.#socket = options.socket;
    this.#hub = options.hub;
    this.#sessions = options.sessions;
    this.#session = options.sessions.open(options.caller, this);
    this.#expiry = setTimeout(() => this.#socket.end(), lifeMs(options.caller.token));
  }

  subscribe(to: Subscription, ack: Acknowledge): void {
    if ('orderId' in to) this.#session.subscribeOrder(to.orderId, to.afterVersion, ack);
    else if (to.feed === 'orders') this.#session.subscribeFeed(to.cursor, ack);
    else {
      this.#hub.watchStock(this.#stock);
      ack({ ok: true });
    }
  }

  unsubscribe(from: Subscription, ack: Acknowledge): void {
    if ('orderId' in from) this.#session.unsubscribeOrder(from.orderId, ack);
    else if (from.feed === 'orders') this.#session.unsubscribeFeed(ack);
    else {
      this.#hub.unwatchStock(this.#stock);
      ack({ ok: true });
    }
  }

  updated(update: OrderUpdate, cursor: string): void {
    const { orderId, version, status, occurredAt, reason, traceparent } = update;
    this.#send('order.updated', {
      ...{ orderId, version, status, occurredAt: occurredAt.toISOString() },
      ...(reason && { reason }),
      ...{ traceparent, cursor },
    });
  }

  resync({ reason, snapshot, cursor }: Resync): void {
    this.#send('resync', { reason, snapshot: pageView(snapshot), cursor });
  }

  async ready(): Promise<void> {
    if (this.#socket.waiting() > maxWaitingForHistory) await this.#socket.drained();
  }

  close(): void {
    clearTimeout(this.#expiry);
    this.#hub.unwatchStock(this.#stock);
    this.#sessions.close(this.#session);
  }

  #send(event: string, message: object): void {
    if (this.#socket.waiting() > maxWaiting) this.#socket.end();
    else this.#socket.send(event, message);
  }
}

/** How long a verified token is still valid. */
function lifeMs(token: string): number {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
    readonly exp?: number;
  };
  return Math.min(Math.max((claims.exp ?? 0) * 1000 - Date.now(), 0), longestTimeoutMs);
}
