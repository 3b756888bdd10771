import type { ReconnectBounds } from './backoff.js';
import type { ConnectionTimes } from './connection.js';
import type { Resource, States } from './definitions.js';
import type { LiveEvent, StateEvent } from './events.js';
import { FeedTopic } from './feed-topic.js';
import { Lane } from './lane.js';
import { LiveError } from './live-error.js';
import { OneTopic } from './one-topic.js';
import { isSame, worstOf, type LiveState } from './state.js';
import { StatesTopic } from './states-topic.js';
import { StoredPlace, type Persist } from './stored-place.js';
import {
  LiveSubscription,
  type Subscription,
  type SubscriptionHooks,
  type SubscriptionOptions,
} from './subscription.js';
import { Tokens, type TokenSource } from './tokens.js';
import type { Topic } from './topic.js';

/** How a client finds its gateway, and says who it is for. */
export interface LiveOptions {
  /** The gateway's, such as `https://shop.example`; a function is asked before each attempt. @default the page's origin */
  readonly url?: string | (() => string);
  /** Bears the customer's identity. A string that is refused ends the client; a function is asked again. */
  readonly token: TokenSource;
  /** Bounds of the waits between attempts to connect. @default 500 to 10000 milliseconds */
  readonly reconnect?: ReconnectBounds;
  /** After how long a connection counts as broken. @default what {@link ConnectionTimes} says */
  readonly times?: ConnectionTimes;
  /** Closes the client when aborted. @default only `close` does */
  readonly signal?: AbortSignal;
  /** Told of what failed and is done without. @default nobody */
  readonly warn?: (error: LiveError) => void;
}

/** Where a feed begins, and how its place outlives the page. */
export interface FeedOptions extends SubscriptionOptions {
  /** Where to go on. @default the place kept by `persist`; without one, from now on */
  readonly cursor?: string;
  /** Keeps the place behind the last handled update, for the next client. @default nowhere */
  readonly persist?: Persist;
}

/** From where on a single thing is watched. */
export interface WatchOptions extends SubscriptionOptions {
  /** Whole number: the version that is known already. @default 0, which gives every version that is kept */
  readonly afterVersion?: number;
}

/**
 * Live updates of a gateway. Connects with the first subscription and goes on by itself, at any replica,
 * from where each subscription stands, until it is closed.
 */
export interface LiveClient {
  readonly state: LiveState;
  /** Calls on each change of {@link state}; returns what ends that. */
  onState(listener: (state: LiveState) => void): () => void;
  /** All of the customer's. Each update once and in order, or a `resync` that says why not. */
  follow<Update extends object, Item extends object>(
    resource: Resource<Update, Item>,
    options?: FeedOptions,
  ): Subscription<LiveEvent<Update, Item>>;
  /** A single thing, each version after a known one. */
  watch<Update extends object, Item extends object>(
    resource: Resource<Update, Item>,
    id: string,
    options?: WatchOptions,
  ): Subscription<LiveEvent<Update, Item>>;
  /** States, from now on. */
  states<State extends object>(
    states: States<State>,
    options?: SubscriptionOptions,
  ): Subscription<StateEvent<State>>;
  /** Drops the connection and stays away until `resume`, which then goes on where it was. */
  suspend(): void;
  /** Connects again after `suspend`, and goes on with each subscription where it was. */
  resume(): void;
  /** Ends every subscription and the connection. */
  close(): void;
}

/** A client for `/live` of a gateway. @throws RangeError for bounds that make no sense */
export function connectLive(options: LiveOptions): LiveClient {
  return new Live(options);
}

const defaultTimes = { connectMs: 20_000, answerMs: 10_000, graceMs: 5_000 };

/**
 * A socket is sent an update once, however many of its subscriptions cover it. So that each subscription
 * gets its own, feeds and single things have a connection each; one that nobody needs is not made.
 */
class Live implements LiveClient {
  readonly #feeds: Lane;
  readonly #ones: Lane;
  readonly #warn: (error: LiveError) => void;
  readonly #listeners = new Set<(state: LiveState) => void>();
  #told: LiveState = { phase: 'idle', attempt: 0 };

  constructor({
    url = '',
    token,
    reconnect = {},
    times = {},
    signal,
    warn = () => undefined,
  }: LiveOptions) {
    const lane = {
      url: () => (typeof url === 'string' ? url : url()).replace(/\/$/, ''),
      ...{ tokens: new Tokens(token), reconnect, times: { ...defaultTimes, ...times } },
      ...{ changed: () => this.#changed(), warn },
    };
    this.#feeds = new Lane(lane);
    this.#ones = new Lane(lane);
    this.#warn = warn;
    if (signal?.aborted) this.close();
    else signal?.addEventListener('abort', () => this.close(), { once: true });
  }

  get state(): LiveState {
    return this.#told;
  }

  onState(listener: (state: LiveState) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  follow<Update extends object, Item extends object>(
    resource: Resource<Update, Item>,
    { cursor, persist, ...options }: FeedOptions = {},
  ): Subscription<LiveEvent<Update, Item>> {
    const place = persist && new StoredPlace(persist, this.#warn);
    const topic = new FeedTopic(resource, cursor);
    const subscription = open(this.#feeds, topic, options, {
      handled: (event) => place?.keep(event.cursor),
      begun: (at) => place?.keep(at),
    });
    if (cursor !== undefined || place === undefined) this.#feeds.join(subscription);
    else {
      place.load((stored) => {
        topic.goOnFrom(stored);
        this.#feeds.join(subscription);
      });
    }
    return subscription;
  }

  watch<Update extends object, Item extends object>(
    resource: Resource<Update, Item>,
    id: string,
    { afterVersion = 0, ...options }: WatchOptions = {},
  ): Subscription<LiveEvent<Update, Item>> {
    const subscription = open(this.#ones, new OneTopic(resource, id, afterVersion), options);
    this.#ones.join(subscription);
    return subscription;
  }

  states<State extends object>(
    states: States<State>,
    options: SubscriptionOptions = {},
  ): Subscription<StateEvent<State>> {
    const subscription = open(this.#feeds, new StatesTopic(states), options);
    this.#feeds.join(subscription);
    return subscription;
  }

  suspend(): void {
    for (const lane of this.#lanes) lane.suspend();
  }

  resume(): void {
    for (const lane of this.#lanes) lane.resume();
  }

  close(): void {
    for (const lane of this.#lanes) lane.close();
  }

  get #lanes(): readonly Lane[] {
    return [this.#feeds, this.#ones];
  }

  #changed(): void {
    const state = worstOf(this.#lanes.map((lane) => lane.state));
    // Both have the same identity, which is refused to both.
    if (state.phase === 'closed') for (const lane of this.#lanes) lane.close(state.error);
    if (isSame(state, this.#told)) return;
    this.#told = state;
    for (const listener of [...this.#listeners]) listener(state);
  }
}

function open<Event>(
  lane: Lane,
  topic: Topic<Event>,
  options: SubscriptionOptions,
  hooks: Omit<SubscriptionHooks<Event>, 'over'> = {},
): LiveSubscription<Event> {
  return new LiveSubscription(topic, options, { ...hooks, over: () => lane.leave(topic.name) });
}
