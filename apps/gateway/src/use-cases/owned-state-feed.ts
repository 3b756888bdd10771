import type { Caller } from '../domain/caller.js';
import type { StateUpdate } from '../domain/state-update.js';
import type { StateResource } from './live-resource.js';
import { SharedReads, Slots } from './shared-reads.js';
import type { FollowedStates, StateWatcher, ToldState } from './state-feed.js';

/** The states of things that customers own, where these are kept. */
export interface OwnedStates<Update extends StateUpdate = StateUpdate> {
  /** As it is now; undefined when the caller has no such thing. */
  state(caller: Caller, key: string): Promise<Update | undefined>;
}

export interface OwnedStateFeedOptions<Update extends StateUpdate = StateUpdate> {
  readonly resource: StateResource<Update>;
  readonly states: OwnedStates<Update>;
  /** Of all customers, how many states are kept for those who come back. @default 10000 */
  readonly maxKept?: number;
}

interface Kept extends ToldState {
  readonly owner: string;
}

/**
 * The states of things of one kind, each for the watchers of its customer alone. Hands on what is newer than
 * what was handed on of that key; what a watcher has missed is read with his own token, so the service that
 * owns the thing decides what he may see.
 */
export class OwnedStateFeed<Update extends StateUpdate = StateUpdate> implements FollowedStates {
  readonly resource: StateResource<Update>;
  readonly role = undefined;
  readonly #maxKept: number;
  readonly #watchers = new Map<string, Set<StateWatcher>>();
  readonly #owners = new Map<StateWatcher, string>();
  /** By owner and key, the one told last at the end. */
  readonly #kept = new Map<string, Kept>();
  readonly #reads: SharedReads<{ readonly caller: Caller; readonly key: string }, void>;

  constructor({ resource, states, maxKept = 10_000 }: OwnedStateFeedOptions<Update>) {
    this.resource = resource;
    this.#maxKept = maxKept;
    const slots = new Slots({ concurrency: 16, capacity: 10_000, maxWaitMs: 10_000 });
    this.#reads = new SharedReads(slots, {
      shareMs: 50,
      merge: (_one, other) => other,
      read: async ({ caller, key }) => {
        const state = await states.state(caller, key);
        if (state) this.updated(caller.customerId, state);
      },
    });
  }

  watch(watcher: StateWatcher, { customerId }: Caller): void {
    const watchers = this.#watchers.get(customerId) ?? new Set();
    this.#watchers.set(customerId, watchers.add(watcher));
    this.#owners.set(watcher, customerId);
  }

  unwatch(watcher: StateWatcher): void {
    const owner = this.#owners.get(watcher) ?? '';
    this.#owners.delete(watcher);
    const watchers = this.#watchers.get(owner);
    watchers?.delete(watcher);
    if (watchers?.size === 0) this.#watchers.delete(owner);
  }

  /** What is not newer than what was handed on of that key is dropped. */
  updated(owner: string, update: Update): void {
    const { key, version } = update;
    const place = JSON.stringify([owner, key]);
    if (version <= (this.#kept.get(place)?.version ?? 0)) return;
    const state = { owner, key, version, message: this.resource.told(update) };
    this.#kept.delete(place);
    this.#kept.set(place, state);
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined && this.#kept.size > this.#maxKept) this.#kept.delete(oldest);
    for (const watcher of this.#watchers.get(owner) ?? []) watcher(state);
  }

  after(versions: Readonly<Record<string, number>>, { customerId }: Caller): readonly ToldState[] {
    return [...this.#kept.values()].filter(
      ({ owner, key, version }) =>
        owner === customerId && (!Object.hasOwn(versions, key) || version > (versions[key] ?? 0)),
    );
  }

  /** Reads what has one of the keys. @throws what the service answers, LiveError OVERLOADED */
  async refresh(caller: Caller, versions: Readonly<Record<string, number>>): Promise<void> {
    const keys = Object.keys(versions);
    const read = (key: string) =>
      this.#reads.ask(JSON.stringify([caller.customerId, key]), { caller, key });
    await Promise.all(keys.map(read));
  }
}
