import type { Stream } from '@mesh/contracts';
import { findStream } from '@mesh/contracts';
import type { Publisher } from '@mesh/messaging';
import type { LogRow } from '@mesh/pg-log';
import type { Pool, PoolClient } from 'pg';
import { OUTBOX_SCHEMA } from '../outbox.js';
import { outgoing } from './batch.js';

/** An event that the relay could not publish, or that waits behind such a one of its key. */
export interface RelayDeadLetter {
  /** In the order of the outbox. */
  readonly position: string;
  readonly stream: string;
  readonly key: string | null;
  /** CloudEvents `id`; null when it holds no event. */
  readonly eventId: string | null;
  readonly eventType: string | null;
  /** Code of the error that kept it from being published; `BEHIND` for those behind it. */
  readonly reason: string;
  readonly error: string;
  readonly appendedAt: Date;
  readonly failedAt: Date;
}

/** Of which events: all of a key. `key` null: those of the stream that have none. */
export interface RelayKey {
  readonly stream: string;
  readonly key: string | null;
}

/** How far a redrive of a key got. */
export interface RelayRedrive {
  /** Confirmed by a broker, in their order. */
  readonly redriven: number;
  /** Still parked: nothing is published past the first that failed. */
  readonly left: number;
  /** Why that one failed. */
  readonly error?: Error;
}

/** What redriving and discarding of unpublishable events needs. */
export interface RelayDeadLettersOptions {
  /** The service's database. */
  readonly pool: Pick<Pool, 'connect' | 'query'>;
  /** The publisher for streams of a kind. */
  readonly publishers: (kind: Stream['kind']) => Promise<Publisher>;
}

const TABLE = `${OUTBOX_SCHEMA}.dead_letter`;
const OF_KEY = 'stream = $1 and key is not distinct from $2';
/** Of one transaction, during which new events of the key wait in the outbox. */
const BATCH = 100;
const LIST = `select position::text, stream, key, headers->>'ce_id' as "eventId", headers->>'ce_type' as "eventType",
  reason, error, appended_at as "appendedAt", failed_at as "failedAt"
from ${TABLE} where position > $1 order by position limit $2`;
// Nothing is parked behind, and nobody else redrives the key, until the transaction ends.
const LOCK_KEY = `select from ${OUTBOX_SCHEMA}.parked_key where stream = $1 and key = $2 for update`;
const TAKE = `select position, stream, key, routing_key as "routingKey", headers, body from ${TABLE}
where ${OF_KEY} order by position limit ${BATCH} for update`;
const REMOVE = `delete from ${TABLE} where position = $1`;
const FAILED = `update ${TABLE} set reason = $2, error = $3, failed_at = clock_timestamp() where position = $1`;
const FREE_KEY = `delete from ${OUTBOX_SCHEMA}.parked_key where stream = $1 and key = $2
  and not exists (select from ${TABLE} where ${OF_KEY})`;
const LEFT = `select count(*)::int as left from ${TABLE} where ${OF_KEY}`;
const DISCARD = `delete from ${TABLE} where position = $1 returning stream, key, headers->>'ce_id' as "eventId"`;
const AUDIT = `insert into ${OUTBOX_SCHEMA}.dead_letter_action
(actor, action, position, stream, key, event_id, result, detail) values ($1, $2, $3, $4, $5, $6, $7, $8)`;

/**
 * What the relay parked: to look at, to publish after all, or to give up. Safe beside relays and beside
 * others who do the same. Each action leaves an audit record that commits with it.
 */
export class RelayDeadLetters {
  readonly #options: RelayDeadLettersOptions;

  constructor(options: RelayDeadLettersOptions) {
    this.#options = options;
  }

  /** In the order of the outbox. `after`: only later positions. @default limit 100 */
  async list({ after = '-1', limit = 100 } = {}): Promise<readonly RelayDeadLetter[]> {
    const { rows } = await this.#options.pool.query(LIST, [after, limit]);
    return rows as RelayDeadLetter[];
  }

  /**
   * Publishes the parked events of a key in their order, each as it was appended, with its id, and
   * stops at the first that fails. When the last one is confirmed the key is free, and what was
   * appended meanwhile follows. Cut off in the middle, some may be published again.
   */
  async redrive(of: RelayKey, actor: string): Promise<RelayRedrive> {
    let redriven = 0;
    for (;;) {
      const batch = await this.#inKey(of, (client) => this.#redriveSome(client, of, actor));
      redriven += batch.redriven;
      if (batch.left === 0 || batch.error !== undefined) return { ...batch, redriven };
    }
  }

  /** Gives one up: it is never published. False when it was not there any more. */
  async discard({ position }: Pick<RelayDeadLetter, 'position'>, actor: string): Promise<boolean> {
    return this.#transaction(async (client) => {
      const { rows } = await client.query(DISCARD, [position]);
      const [letter] = rows as (RelayKey & { eventId: string | null })[];
      if (letter === undefined) return false;
      await client.query(FREE_KEY, [letter.stream, letter.key]);
      const { stream, key, eventId } = letter;
      await client.query(AUDIT, [actor, 'discard', position, stream, key, eventId, 'done', null]);
      return true;
    });
  }

  async #redriveSome(client: PoolClient, of: RelayKey, actor: string): Promise<RelayRedrive> {
    const { rows } = await client.query(TAKE, [of.stream, of.key]);
    let redriven = 0;
    let failure: Error | undefined;
    for (const row of rows as LogRow[]) {
      failure = await this.#publish(row);
      const told = failure?.message ?? null;
      const result = failure === undefined ? 'done' : 'failed';
      const { position, stream, key, headers } = row;
      const id = headers['ce_id'] ?? null;
      await client.query(AUDIT, [actor, 'redrive', position, stream, key, id, result, told]);
      if (failure !== undefined) {
        const reason = 'code' in failure ? String(failure.code) : 'UNKNOWN';
        await client.query(FAILED, [position, reason, told]);
        break;
      }
      await client.query(REMOVE, [position]);
      redriven += 1;
    }
    const { rows: counted } = await client.query(LEFT, [of.stream, of.key]);
    const { left } = counted[0] as { left: number };
    return { redriven, left, ...(failure && { error: failure }) };
  }

  async #publish(row: LogRow): Promise<Error | undefined> {
    try {
      const stream = findStream(row.stream);
      if (stream === undefined) throw new Error(`The stream "${row.stream}" is not in the catalog`);
      const publisher = await this.#options.publishers(stream.kind);
      await publisher.publish([outgoing(row).message]);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  #inKey<T>({ stream, key }: RelayKey, work: (client: PoolClient) => Promise<T>): Promise<T> {
    return this.#transaction(async (client) => {
      await client.query(LOCK_KEY, [stream, key]);
      const result = await work(client);
      await client.query(FREE_KEY, [stream, key]);
      return result;
    });
  }

  async #transaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#options.pool.connect();
    let failure: unknown;
    try {
      await client.query('begin');
      const result = await work(client);
      await client.query('commit');
      return result;
    } catch (error) {
      failure = error;
      await client.query('rollback').catch(() => undefined);
      throw error;
    } finally {
      client.release(failure !== undefined);
    }
  }
}
