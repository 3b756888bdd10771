import { LiveError } from './live-error.js';

/** Where a cursor outlives a reload; `sessionStorage` and `localStorage` fit. */
export interface PlaceStorage {
  /** What is kept under the key; null for nothing. */
  getItem(key: string): string | null | Promise<string | null>;
  /** Keeps it under the key, in place of what was there; a promise is waited for. */
  setItem(key: string, value: string): unknown;
}

/** Where the place of a feed is kept, so that the next client goes on behind it. */
export interface Persist {
  readonly storage: PlaceStorage;
  /** One a customer, and a tab: whoever shares it skips what the other has seen. `sessionStorage` is a tab's own. */
  readonly key: string;
}

/** The last cursor whose update was handled. What can't be read or kept is told, and done without. */
export class StoredPlace {
  readonly #persist: Persist;
  readonly #warn: (error: LiveError) => void;
  #writing = false;
  #next: string | undefined;

  constructor(persist: Persist, warn: (error: LiveError) => void) {
    this.#persist = persist;
    this.#warn = warn;
  }

  /** Calls back at once when the storage answers at once. */
  load(found: (cursor: string | undefined) => void): void {
    const take = (cursor: string | null) => found(cursor ?? undefined);
    const failed = (cause: unknown) => {
      this.#failed('read', cause);
      found(undefined);
    };
    let stored: string | null | Promise<string | null>;
    try {
      stored = this.#persist.storage.getItem(this.#persist.key);
    } catch (cause) {
      return failed(cause);
    }
    if (stored instanceof Promise) void stored.then(take, failed);
    else take(stored);
  }

  /** Writes one at a time; of those that come meanwhile, the last. */
  keep(cursor: string): void {
    this.#next = cursor;
    if (!this.#writing) void this.#write();
  }

  async #write(): Promise<void> {
    this.#writing = true;
    for (let cursor = this.#next; cursor !== undefined; cursor = this.#next) {
      this.#next = undefined;
      try {
        const written = this.#persist.storage.setItem(this.#persist.key, cursor);
        if (written instanceof Promise) await written;
      } catch (cause) {
        this.#failed('kept', cause);
      }
    }
    this.#writing = false;
  }

  #failed(what: 'read' | 'kept', cause: unknown): void {
    const message = `The place "${this.#persist.key}" could not be ${what}: a reload may repeat events`;
    this.#warn(new LiveError('STORAGE_FAILED', message, { cause }));
  }
}
