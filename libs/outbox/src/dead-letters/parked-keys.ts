import { INBOX_SCHEMA } from '../postgres/inbox-schema.js';
import type { Queryable } from '../postgres/queryable.js';
import { PARKED_CHANNEL } from './schema.js';

/** Where order holds: within a key of a stream, for a group. */
export interface KeyPlace {
  readonly group: string;
  readonly stream: string;
  readonly key: string;
}

/** A connection that listens; a `pg` Client. */
export interface ListeningClient extends Queryable {
  on(event: 'notification', heard: (message: { payload?: string | undefined }) => void): unknown;
  on(event: 'error' | 'end', lost: (error?: Error) => void): unknown;
  end(): Promise<void>;
}

/** The database whose parked keys are known here. */
export interface ParkedKeysOptions {
  /** Loads them, also after a lost connection. */
  readonly pool: Queryable;
  /** Connects a client of its own, beside the pool. */
  readonly connect: () => Promise<ListeningClient>;
}

/** NOTIFY takes less than 8000 bytes. */
const MAX_PAYLOAD_CHARACTERS = 2000;
const RECONNECT_MS = 1000;

/**
 * The parked keys of a service's database, in memory: loaded at start, kept up by NOTIFY, loaded
 * again after a lost connection. It may be behind for a moment: `true` is confirmed by the row lock
 * that parks an event behind others, `false` by the statement that writes the inbox.
 */
export class ParkedKeys {
  readonly #options: ParkedKeysOptions;
  #keys = new Set<string>();
  #client: ListeningClient | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: ParkedKeysOptions) {
    this.#options = options;
  }

  /**
   * Fulfilled when all are loaded and changes are heard.
   * @throws what the database says; afterwards a lost connection is mended in the background
   */
  async start(): Promise<void> {
    const client = await this.#options.connect();
    this.#client = client;
    client.on('notification', ({ payload = '' }) => this.#heard(payload));
    client.on('error', () => this.#lost(client));
    client.on('end', () => this.#lost(client));
    await client.query(`listen "${PARKED_CHANNEL}"`);
    await this.#load();
  }

  /** Whether the key is parked, as far as is known here. */
  has(place: KeyPlace): boolean {
    return this.#keys.size > 0 && this.#keys.has(nameOf(place));
  }

  /** How many of a group are parked. */
  count(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const name of this.#keys) {
      const [group] = JSON.parse(name) as [string];
      counts.set(group, (counts.get(group) ?? 0) + 1);
    }
    return counts;
  }

  /** Known here at once; the others hear of it. */
  parked(place: KeyPlace): void {
    this.#keys.add(nameOf(place));
  }

  /** Forgotten here at once; the others hear of it. */
  freed(place: KeyPlace): void {
    this.#keys.delete(nameOf(place));
  }

  /** Ends the connection that listens; nothing more is heard. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#client?.end().catch(() => undefined);
  }

  async #load(): Promise<void> {
    const { rows } = await this.#options.pool.query(
      `select group_name as "group", stream, key from ${INBOX_SCHEMA}.parked_key`,
    );
    this.#keys = new Set((rows as KeyPlace[]).map(nameOf));
  }

  #heard(payload: string): void {
    const sign = payload.charAt(0);
    const name = payload.slice(1);
    if (sign === '+') this.#keys.add(name);
    else if (sign === '-') this.#keys.delete(name);
    else void this.#load().catch(() => this.#lost(this.#client));
  }

  #lost(client: ListeningClient | undefined): void {
    if (this.#closed || this.#client !== client) return;
    this.#client = undefined;
    void client?.end().catch(() => undefined);
    this.#reconnect();
  }

  #reconnect(): void {
    this.#timer = setTimeout(() => {
      this.start().catch(() => {
        const client = this.#client;
        this.#client = undefined;
        void client?.end().catch(() => undefined);
        if (!this.#closed) this.#reconnect();
      });
    }, RECONNECT_MS);
    this.#timer.unref();
  }
}

/** What the transaction that parks or frees a key notifies with. */
export function notification(sign: '+' | '-', place: KeyPlace): string {
  const name = nameOf(place);
  return name.length > MAX_PAYLOAD_CHARACTERS ? 'load' : `${sign}${name}`;
}

function nameOf({ group, stream, key }: KeyPlace): string {
  return JSON.stringify([group, stream, key]);
}
