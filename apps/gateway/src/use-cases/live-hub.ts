import type { Caller } from '../domain/caller.js';
import type { LiveUpdate } from '../domain/live-update.js';
import type { LiveResource } from './live-resource.js';
import type { LiveSession } from './live-session.js';

/** Takes the updates of its customer. */
export type UpdateReceiver = Pick<LiveSession, 'caller' | 'receive'>;

/** Told of the customers who have sessions here. */
export interface CustomerWatcher {
  /** The first session has joined. */
  watch(customerId: string): void;
  /** The last session has left. */
  unwatch(customerId: string): void;
}

/** Hands what is announced of one resource to the sessions of this process that it concerns. */
export class LiveHub {
  readonly #sessions = new Map<string, Set<UpdateReceiver>>();
  #customers: CustomerWatcher | undefined;

  join(session: UpdateReceiver): void {
    const { customerId } = session.caller;
    const sessions = this.#sessions.get(customerId) ?? new Set();
    this.#sessions.set(customerId, sessions.add(session));
    if (sessions.size === 1) this.#customers?.watch(customerId);
  }

  leave(session: UpdateReceiver): void {
    const { customerId } = session.caller;
    const sessions = this.#sessions.get(customerId);
    if (!sessions?.delete(session) || sessions.size > 0) return;
    this.#sessions.delete(customerId);
    this.#customers?.unwatch(customerId);
  }

  /** Tells of customers from now on. */
  tellCustomers(watcher: CustomerWatcher): void {
    this.#customers = watcher;
  }

  /** Those who the sessions of a customer are of. */
  callersOf(customerId: string): readonly Caller[] {
    return [...(this.#sessions.get(customerId) ?? [])].map(({ caller }) => caller);
  }

  /** To the customer's own sessions, and to nobody else. */
  updated(update: LiveUpdate): void {
    for (const session of this.#sessions.get(update.customerId) ?? []) session.receive(update);
  }
}

/** The hub of each resource of this process. */
export class LiveHubs {
  readonly #hubs = new Map<string, LiveHub>();

  of({ name }: Pick<LiveResource, 'name'>): LiveHub {
    const hub = this.#hubs.get(name) ?? new LiveHub();
    this.#hubs.set(name, hub);
    return hub;
  }
}
