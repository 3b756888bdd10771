import type { Resource } from './definitions.js';
import type { LiveEvent, Resync } from './events.js';
import type { Message } from './messages.js';
import { readResync, readUpdate, shownBy } from './reading.js';
import type { Topic } from './topic.js';

/** The updates of a single thing after a version. */
export class OneTopic<Update extends object, Item extends object> implements Topic<
  LiveEvent<Update, Item>
> {
  readonly name: string;
  readonly afresh = false;
  readonly #resource: Resource<Update, Item>;
  readonly #id: string;
  #version: number;
  #last: LiveEvent<Update, Item> | undefined;

  constructor(resource: Resource<Update, Item>, id: string, afterVersion: number) {
    this.name = `${resource.idField} ${id}`;
    this.#resource = resource;
    this.#id = id;
    this.#version = afterVersion;
  }

  request(): object {
    return { [this.#resource.idField]: this.#id, afterVersion: this.#version };
  }

  granted(): readonly LiveEvent<Update, Item>[] {
    return [];
  }

  refused(): boolean {
    return false;
  }

  received(message: Message): readonly LiveEvent<Update, Item>[] {
    // One of a thousand such topics of a connection, mostly another one.
    if (message.fields[this.#resource.idField] !== this.#id) return [];
    const resync = readResync(this.#resource, message);
    if (resync) return this.#resync(resync.resync);
    const { update } = readUpdate(this.#resource, message) ?? {};
    if (update === undefined || update.version <= this.#version) return [];
    this.#last = { ...update, conflated: update.version > this.#version + 1 };
    this.#version = update.version;
    return [this.#last];
  }

  keyOf(event: LiveEvent<Update, Item>): string | undefined {
    return event.type === 'updated' ? this.#id : undefined;
  }

  conflated(_earlier: LiveEvent<Update, Item>, later: LiveEvent<Update, Item>) {
    return { ...later, conflated: true } as LiveEvent<Update, Item>;
  }

  /** Behind a resync there is at most one update after conflation. */
  overflowed(): LiveEvent<Update, Item> {
    return { ...this.#last, conflated: true } as LiveEvent<Update, Item>;
  }

  #resync(resync: Resync<Item>): readonly LiveEvent<Update, Item>[] {
    const shown = shownBy(this.#resource, resync).find(([id]) => id === this.#id);
    this.#version = shown?.[1] ?? this.#version;
    this.#last = resync;
    return [resync];
  }
}
