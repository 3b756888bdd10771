import { fromMessage } from '@mesh/pg-log';
import type pg from 'pg';
import type { StoredEvent } from '../verdict/evidence.js';
import { storedEvent } from './events.js';
import { withDatabase } from './tables.js';

const NAME = 'chaos_evidence';
/** So that the server need not keep the WAL of a whole run. */
const DRAIN_MS = 2_000;
const [BEGIN, COMMIT, MESSAGE] = [0x42, 0x43, 0x4d];

interface Committed {
  readonly end: bigint;
  readonly event: StoredEvent;
}

/**
 * The outbox of a service that is in the WAL alone, read through a slot of the checker's own: what the relay
 * was to publish, whatever became of it.
 */
export class WalOutbox {
  readonly #url: string;
  readonly #committed: Committed[] = [];
  readonly #timer: NodeJS.Timeout;
  #lastEnd = 0n;
  #draining: Promise<void> = Promise.resolve();

  private constructor(url: string) {
    this.#url = url;
    // A server that is away tells it later.
    this.#timer = setInterval(() => void this.#drain().catch(() => undefined), DRAIN_MS);
    this.#timer.unref();
  }

  /** Knows everything that commits from now on. The database must be there. */
  static async open(url: string): Promise<WalOutbox> {
    await withDatabase(url, async (client) => {
      await client.query(`create publication ${NAME}`);
      const slot = `select pg_create_logical_replication_slot('${NAME}_' || current_database(), 'pgoutput')`;
      await client.query(slot);
    });
    return new WalOutbox(url);
  }

  /** All that was appended, in the order of the commits. Rejects while the server is away. */
  async events(): Promise<readonly StoredEvent[]> {
    await this.#drain();
    return this.#committed.map(({ event }) => event);
  }

  /** How many of them the relay has not confirmed. Rejects while the server is away. */
  async unconfirmed(): Promise<number> {
    await this.#drain();
    const rows = await withDatabase(this.#url, async (client) => {
      const text = 'select confirmed::text from mesh_outbox.wal_slot';
      return (await client.query<{ confirmed: string }>(text)).rows;
    });
    const confirmed = lsnOf(rows[0]?.confirmed ?? '0/0');
    return this.#committed.filter(({ end }) => end > confirmed).length;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** One after the other: a slot has one reader. */
  #drain(): Promise<void> {
    const draining = this.#draining
      .catch(() => undefined)
      .then(() => withDatabase(this.#url, (client) => this.#read(client)));
    this.#draining = draining;
    return draining;
  }

  async #read(client: pg.Client): Promise<void> {
    const { rows } = await client.query<{ data: Buffer }>(
      `select data from pg_logical_slot_get_binary_changes('${NAME}_' || current_database(), null, null,
        'proto_version', '1', 'publication_names', '${NAME}', 'messages', 'true')`,
    );
    let open: StoredEvent[] = [];
    for (const { data } of rows) {
      if (data[0] === BEGIN) open = [];
      else if (data[0] === MESSAGE) open.push(...eventOf(data));
      else if (data[0] === COMMIT) this.#commit(data.readBigUInt64BE(10), open);
    }
  }

  /** A server that was killed may tell the last ones again. */
  #commit(end: bigint, events: readonly StoredEvent[]): void {
    if (end <= this.#lastEnd) return;
    this.#lastEnd = end;
    this.#committed.push(...events.map((event) => ({ end, event })));
  }
}

/** Messages of others are none. */
function eventOf(data: Buffer): readonly StoredEvent[] {
  const end = data.indexOf(0, 10);
  if (data.toString('utf8', 10, end) !== 'mesh_outbox') return [];
  const { entry } = fromMessage(data.subarray(end + 5));
  const { key, headers, body } = entry;
  return [
    storedEvent({ position: data.readBigUInt64BE(2), key, headers, body: Buffer.from(body) }),
  ];
}

/** `16/B374D848` as a number. */
function lsnOf(text: string): bigint {
  const [high = '0', low = '0'] = text.split('/');
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}
