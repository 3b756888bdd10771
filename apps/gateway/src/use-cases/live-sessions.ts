import type { Caller } from '../domain/caller.js';
import { FeedCursors } from './feed-cursors.js';
import type { LiveHubs } from './live-hub.js';
import { liveLimits, type LiveLimits } from './live-limits.js';
import type { LiveClient } from './live-protocol.js';
import type { LiveResource, ServedResource } from './live-resource.js';
import { LiveSession, turnsOf, type SharedLimits } from './live-session.js';
import type { Turns } from './turns.js';

export interface LiveSessionsOptions {
  readonly hubs: LiveHubs;
  readonly served: readonly ServedResource[];
  /** Signs the cursors that clients keep. */
  readonly secret: Buffer;
  /** @default liveLimits */
  readonly limits?: LiveLimits;
  /** Told of what failed and will not be tried again. */
  failed(error: unknown): void;
}

interface Opening {
  readonly hubs: LiveHubs;
  readonly served: ReadonlyMap<string, ServedResource & { readonly cursors: FeedCursors }>;
  readonly limits: LiveLimits;
  /** What single things are called. */
  readonly things: string;
  failed(error: unknown): void;
}

/** Opens the sessions of each connected client. */
export class LiveSessions {
  readonly #opening: Opening;

  constructor({ hubs, served, secret, limits = liveLimits, failed }: LiveSessionsOptions) {
    const named = served.map((one) => {
      const { name, feed, isDefault = false } = one.resource;
      return [name, { ...one, cursors: new FeedCursors(secret, isDefault ? '' : feed) }] as const;
    });
    const things = served.map(({ resource }) => resource.feed).join(' and ');
    this.#opening = { hubs, served: new Map(named), limits, things, failed };
  }

  open(caller: Caller, client: LiveClient): ClientSessions {
    return new ClientSessions(this.#opening, caller, client);
  }
}

/**
 * The sessions of one client: one of each resource that it has asked for, which is told what is announced
 * from then on until all are closed. The limits hold over all of them.
 */
export class ClientSessions implements SharedLimits {
  readonly turns: Turns;
  readonly #sessions = new Map<string, LiveSession>();
  readonly #opening: Opening;
  readonly #caller: Caller;
  readonly #client: LiveClient;

  constructor(opening: Opening, caller: Caller, client: LiveClient) {
    this.turns = turnsOf(opening.limits);
    this.#opening = opening;
    this.#caller = caller;
    this.#client = client;
  }

  of({ name }: Pick<LiveResource, 'name'>): LiveSession {
    return this.#sessions.get(name) ?? this.#open(name);
  }

  get things(): string {
    return this.#opening.things;
  }

  get watched(): number {
    let sum = 0;
    for (const session of this.#sessions.values()) sum += session.watched;
    return sum;
  }

  close(): void {
    for (const [name, session] of this.#sessions) {
      this.#opening.hubs.of({ name }).leave(session);
      session.close();
    }
  }

  #open(name: string): LiveSession {
    const { hubs, served, limits, failed } = this.#opening;
    const one = served.get(name);
    if (one === undefined) throw new Error(`There is no source of the live resource "${name}"`);
    const [caller, client] = [this.#caller, this.#client];
    const session = new LiveSession({ ...one, caller, client, limits, shared: this, failed });
    this.#sessions.set(name, session);
    hubs.of({ name }).join(session);
    return session;
  }
}
