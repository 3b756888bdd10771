import type { Resource } from './definitions.js';
import type { LiveEvent, Resync } from './events.js';
import { KnownVersions } from './known-versions.js';
import type { LiveErrorCode } from './live-error.js';
import type { Message } from './messages.js';
import { readResync, readUpdate, shownBy } from './reading.js';
import type { Topic } from './topic.js';

/** All of the customer's things of one kind, from a cursor, or from now on. */
export class FeedTopic<Update extends object, Item extends object> implements Topic<
  LiveEvent<Update, Item>
> {
  readonly name: string;
  readonly #resource: Resource<Update, Item>;
  readonly #known = new KnownVersions();
  #cursor: string | undefined;
  #cursorRefused = false;

  constructor(resource: Resource<Update, Item>, cursor?: string) {
    this.name = resource.feed;
    this.#resource = resource;
    this.#cursor = cursor;
  }

  /** For a place that was found after the topic was made, and before it is asked for. */
  goOnFrom(cursor: string | undefined): void {
    this.#cursor = cursor;
  }

  /** Nothing came before: its place is the cursor that it was granted with. */
  get afresh(): boolean {
    return this.#cursor === undefined && !this.#cursorRefused;
  }

  request(): object {
    return { feed: this.name, ...(this.#cursor !== undefined && { cursor: this.#cursor }) };
  }

  granted(cursor = ''): readonly LiveEvent<Update, Item>[] {
    this.#cursor ??= cursor;
    if (!this.#cursorRefused) return [];
    this.#cursorRefused = false;
    return [this.#startOver('CURSOR_INVALID')];
  }

  refused(code: LiveErrorCode): boolean {
    const again = code === 'CURSOR_INVALID' && this.#cursor !== undefined;
    if (again) {
      this.#cursor = undefined;
      this.#cursorRefused = true;
    }
    return again;
  }

  received(message: Message): readonly LiveEvent<Update, Item>[] {
    const { id: alone, resync } = readResync(this.#resource, message) ?? {};
    if (resync) return alone === undefined ? [this.#resync(resync)] : [];
    const { id, update } = readUpdate(this.#resource, message) ?? {};
    if (id === undefined || update === undefined) return [];
    const { version, cursor, conflated } = update;
    this.#cursor = cursor;
    const known = this.#known.get(id);
    if (known !== undefined && version <= known) return [];
    this.#known.set(id, version);
    const leftOut = known !== undefined && version > known + 1;
    return [{ ...update, conflated: conflated || leftOut }];
  }

  keyOf(event: LiveEvent<Update, Item>): string | undefined {
    if (event.type !== 'updated') return undefined;
    return String((event as Readonly<Record<string, unknown>>)[this.#resource.idField]);
  }

  conflated(_earlier: LiveEvent<Update, Item>, later: LiveEvent<Update, Item>) {
    return { ...later, conflated: true } as LiveEvent<Update, Item>;
  }

  overflowed(): LiveEvent<Update, Item> {
    return this.#startOver('OVERFLOW');
  }

  #resync(resync: Resync<Item>): Resync<Item> {
    this.#cursor = resync.cursor;
    this.#known.clear();
    for (const [id, version] of shownBy(this.#resource, resync)) this.#known.set(id, version);
    return resync;
  }

  #startOver(reason: Resync<Item>['reason']): Resync<Item> {
    this.#known.clear();
    return { type: 'resync', reason, snapshot: null, cursor: this.#cursor ?? '' };
  }
}
