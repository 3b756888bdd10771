import { AppError, viewError } from '@mesh/service-kit';
import { isSampled, isTracing } from '@mesh/tracing';
import type { Caller } from '../domain/caller.js';
import type { LiveUpdate } from '../domain/live-update.js';
import type { Acknowledge, LiveClient, Resync } from '../use-cases/live-protocol.js';
import type { LiveResource, StateResource } from '../use-cases/live-resource.js';
import type { ClientSessions, LiveSessions } from '../use-cases/live-sessions.js';
import type { FollowedStates, StateWatcher } from '../use-cases/state-feed.js';
import { inEmitSpan } from './emit-span.js';
import { closing, liveMetrics, type ClosingCode } from './live-closing.js';
import { LiveIdentity, lifeOf } from './live-identity.js';
import type { Subscription } from './live-messages.js';
import { SendQueue, type SendLimits, type State } from './live-send-queue.js';
import type { LiveSocket } from './live-wire.js';
import { updateMessages } from './live-update-message.js';
import { pageView } from './page-view.js';

/** Of this process: sockets of one customer are mostly told the same. */
const messageOf = updateMessages();

type StatesSubscription = Extract<Subscription, { readonly kind: 'states' }>;

export interface LiveConnectionSettings {
  readonly send: SendLimits;
  /** How long before the end of a token its client is told. */
  readonly noticeMs: number;
}

export interface LiveConnectionOptions {
  readonly socket: LiveSocket;
  readonly caller: Caller;
  readonly sessions: LiveSessions;
  readonly feeds: readonly FollowedStates[];
  readonly settings: LiveConnectionSettings;
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
  readonly #feeds: readonly FollowedStates[];
  readonly #settings: LiveConnectionSettings;
  readonly #identity: LiveIdentity;
  readonly #sessions: ClientSessions;
  readonly #queue: SendQueue;
  /** The state feeds that it follows; undefined before the first, as for most sockets. */
  #watching: Map<FollowedStates, StateWatcher> | undefined;
  #announced: ClosingCode | undefined;
  #closed = false;
  readonly #begun = Date.now();

  constructor({ socket, caller, sessions, feeds, settings }: LiveConnectionOptions) {
    this.#socket = socket;
    this.#feeds = feeds;
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
    this.#sessions = sessions.open(this.#identity, this);
  }

  /** Bytes that wait for the client in this process. */
  get waitingBytes(): number {
    return this.#queue.bytes + this.#socket.waiting();
  }

  subscribe(to: Subscription, ack: Acknowledge): void {
    if (to.kind === 'states') return void this.#follow(to, ack);
    const session = this.#sessions.of(to.resource);
    if (to.kind === 'one') session.subscribe(to.id, to.afterVersion, ack);
    else session.subscribeFeed(to.cursor, ack);
  }

  unsubscribe(from: Subscription, ack: Acknowledge): void {
    if (from.kind === 'states') {
      this.#unfollow(this.#feedOf(from.resource));
      return ack({ ok: true });
    }
    const session = this.#sessions.of(from.resource);
    if (from.kind === 'one') session.unsubscribe(from.id, ack);
    else session.unsubscribeFeed(ack);
  }

  /** Goes on with another verified token of the same customer. @throws AppError FORBIDDEN */
  renew(caller: Caller): Renewed {
    this.#identity.renew(caller);
    const expiresInMs = lifeOf(caller.token);
    const forbidden = this.#followed.filter(({ role }) => !this.#identity.has(role));
    if (forbidden.length === 0) return { expiresInMs };
    for (const feed of forbidden) this.#unfollow(feed);
    return { expiresInMs, ended: forbidden.map(({ resource: { feed } }) => ({ feed })) };
  }

  updated(resource: LiveResource, update: LiveUpdate, cursor: string): void {
    if (update.occurredAt.getTime() >= this.#begun) measureDelay(update);
    inEmitSpan(resource, update, (traceparent) => {
      const message = messageOf(resource, update, { traceparent, cursor });
      this.#send(resource.message, message, update);
    });
  }

  resync({ feed, idField, isDefault }: LiveResource, resync: Resync): void {
    const { reason, id, snapshot, cursor } = resync;
    liveMetrics.resyncs.inc({ reason });
    const items = snapshot.items.map(({ shown }) => shown);
    this.#send('resync', {
      ...{
        reason,
        ...(isDefault !== true && { feed }),
        ...(id !== undefined && { [idField]: id }),
      },
      ...{ snapshot: pageView({ ...snapshot, items }), cursor },
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
    for (const feed of this.#followed) this.#unfollow(feed);
    this.#sessions.close();
    this.#queue.close();
  }

  #send(event: string, message: object, state?: State): void {
    if (this.#closed) return;
    liveMetrics.sent.inc({ event });
    this.#queue.send(event, message, state);
  }

  /** Acks, then sends what is newer than the versions (without them: nothing), then live. */
  async #follow({ resource, versions }: StatesSubscription, ack: Acknowledge): Promise<void> {
    const feed = this.#feedOf(resource);
    if (!this.#identity.has(feed.role)) {
      const { code, message } = new AppError('FORBIDDEN', `This needs the role ${feed.role}`);
      return ack({ ok: false, code, message });
    }
    if (versions) {
      try {
        await feed.refresh(this.#identity, versions);
      } catch (error) {
        const { code, message, retryAfterMs = 1000 } = viewError(error);
        return ack({ ok: false, code, message, retryAfterMs });
      }
      if (this.#closed) return;
    }
    this.#watching ??= new Map();
    const watcher = this.#watching.get(feed) ?? this.#watcherOf(feed);
    this.#watching.set(feed, watcher);
    feed.watch(watcher, this.#identity);
    ack({ ok: true });
    for (const state of versions ? feed.after(versions, this.#identity) : []) watcher(state);
  }

  get #followed(): readonly FollowedStates[] {
    return this.#watching === undefined ? [] : [...this.#watching.keys()];
  }

  #watcherOf({ resource }: FollowedStates): StateWatcher {
    return ({ key, version, message }) =>
      this.#send(resource.message, message, { id: key, version });
  }

  #unfollow(feed: FollowedStates): void {
    const watcher = this.#watching?.get(feed);
    if (watcher === undefined) return;
    this.#watching?.delete(feed);
    feed.unwatch(watcher);
  }

  #feedOf({ feed: name }: StateResource): FollowedStates {
    const feed = this.#feeds.find(({ resource }) => resource.feed === name);
    if (feed === undefined) throw new Error(`There is no state feed "${name}"`);
    return feed;
  }
}

/** History that a client lacked before it came is no delay of ours. */
function measureDelay({ occurredAt, traceparent }: LiveUpdate): void {
  const seconds = Math.max(0, Date.now() - occurredAt.getTime()) / 1000;
  liveMetrics.delays.observe(seconds, isTracing() && isSampled(traceparent) ? traceparent : null);
}
