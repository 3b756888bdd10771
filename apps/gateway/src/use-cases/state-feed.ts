import type { Caller } from '../domain/caller.js';
import type { Page } from '../domain/page.js';
import type { StateUpdate } from '../domain/state-update.js';
import type { StateResource } from './live-resource.js';
import { SharedReads, Slots } from './shared-reads.js';

/** The states as they are now, with the version of each. */
export interface States<Update extends StateUpdate = StateUpdate> {
  /** In the order of their keys, at most 100. */
  states(cursor: string | undefined): Promise<Page<Update>>;
}

export interface StateFeedOptions {
  readonly resource: StateResource;
  readonly states: States;
  /** The role that following needs. @default none */
  readonly role?: string | undefined;
  /** How often states that somebody watches are read, spread by half: a lost change shows then. @default 30000 */
  readonly everyMs?: number;
  failed(error: unknown): void;
}

/** A state, and how clients are told it: the same object for all of them. */
export interface ToldState extends StateUpdate {
  readonly message: object;
}

export type StateWatcher = (state: ToldState) => void;

/** A feed of states, as sockets follow it. */
export interface FollowedStates {
  readonly resource: StateResource;
  /** The role that following needs. */
  readonly role: string | undefined;
  watch(watcher: StateWatcher, caller: Caller): void;
  unwatch(watcher: StateWatcher): void;
  /** The states of now are known here, of things with a version at least, and watchers have been told what they lacked. */
  refresh(caller: Caller, versions: Readonly<Record<string, number>>): Promise<void>;
  /** What was handed on last that the caller may see, when it is newer than the version given for it. */
  after(versions: Readonly<Record<string, number>>, caller: Caller): readonly ToldState[];
}

/** Pages of states that are read at most. */
const maxPages = 1000;

/**
 * The states of one resource, for the watchers of this process: hands on what is announced and is newer,
 * and makes good what the fan-out lost. The latest state of a key replaces all before it, so what is missing
 * is read as it is now, one read for all who ask.
 */
export class StateFeed implements FollowedStates {
  readonly resource: StateResource;
  readonly role: string | undefined;
  readonly #options: StateFeedOptions;
  readonly #watchers = new Set<StateWatcher>();
  readonly #latest = new Map<string, ToldState>();
  readonly #reads: SharedReads<undefined, void>;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: StateFeedOptions) {
    this.resource = options.resource;
    this.role = options.role;
    this.#options = options;
    const slots = new Slots({ concurrency: 1, capacity: 1, maxWaitMs: 10_000 });
    this.#reads = new SharedReads(slots, {
      shareMs: 50,
      merge: () => undefined,
      read: () => this.#readAll(),
    });
    this.#later();
  }

  watch(watcher: StateWatcher): void {
    this.#watchers.add(watcher);
  }

  unwatch(watcher: StateWatcher): void {
    this.#watchers.delete(watcher);
  }

  /** What is not newer than what was handed on of that key is dropped. */
  updated(update: StateUpdate): void {
    const { key, version } = update;
    if (version <= (this.#latest.get(key)?.version ?? 0)) return;
    const state = { key, version, message: this.resource.told(update) };
    this.#latest.set(key, state);
    for (const watcher of this.#watchers) watcher(state);
  }

  /** Of each key what was handed on last, when it is newer than the version given for it. */
  after(versions: Readonly<Record<string, number>>): readonly ToldState[] {
    return [...this.#latest.values()].filter(
      ({ key, version }) => !Object.hasOwn(versions, key) || version > (versions[key] ?? 0),
    );
  }

  /** The states of now are known here, and watchers have been told what they lacked. */
  refresh(): Promise<void> {
    return this.#reads.ask('all', undefined);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async #readAll(): Promise<void> {
    let cursor: string | undefined;
    for (let page = 0; page < maxPages; page += 1) {
      const { items, nextCursor } = await this.#options.states.states(cursor);
      for (const state of items) this.updated(state);
      if (nextCursor === undefined) return;
      cursor = nextCursor;
    }
  }

  #later(): void {
    const { everyMs = 30_000, failed } = this.#options;
    this.#timer = setTimeout(
      () => {
        if (this.#watchers.size > 0) void this.refresh().catch(failed);
        this.#later();
      },
      everyMs * (0.5 + Math.random()),
    ).unref();
  }
}
