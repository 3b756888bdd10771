import type { States } from './definitions.js';
import type { StateEvent, StateUpdated } from './events.js';
import { KnownVersions } from './known-versions.js';
import { isText, isVersion, type Message } from './messages.js';
import type { Topic } from './topic.js';

/** Changes of states from now on. What is missed while there is no connection is not sent again, but told. */
export class StatesTopic<State extends object> implements Topic<StateEvent<State>> {
  readonly name: string;
  readonly afresh = false;
  readonly #states: States<State>;
  readonly #known = new KnownVersions(10_000);
  #granted = false;

  constructor(states: States<State>) {
    this.name = states.feed;
    this.#states = states;
  }

  request(): object {
    return { feed: this.name };
  }

  granted(): readonly StateEvent<State>[] {
    const again = this.#granted;
    this.#granted = true;
    this.#known.clear();
    return again ? [{ type: 'resync', reason: 'RECONNECTED' }] : [];
  }

  refused(): boolean {
    return false;
  }

  received({ name, fields }: Message): readonly StateEvent<State>[] {
    if (name !== this.#states.message) return [];
    const { conflated: _conflated, skipped: _skipped, ...state } = fields;
    const { [this.#states.keyField]: key, version } = state;
    if (!isText(key) || !isVersion(version)) return [];
    if (version <= (this.#known.get(key) ?? -1)) return [];
    this.#known.set(key, version);
    return [{ ...state, type: 'updated' } as unknown as StateUpdated<State>];
  }

  keyOf(event: StateEvent<State>): string | undefined {
    if (event.type !== 'updated') return undefined;
    return String((event as Readonly<Record<string, unknown>>)[this.#states.keyField]);
  }

  conflated(_earlier: StateEvent<State>, later: StateEvent<State>): StateEvent<State> {
    return later;
  }

  overflowed(): StateEvent<State> {
    return { type: 'resync', reason: 'OVERFLOW' };
  }
}
