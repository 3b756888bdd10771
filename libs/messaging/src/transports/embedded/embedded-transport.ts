import { PgLog, type RetentionLoop, type RetentionLoopOptions } from '@mesh/pg-log';
import pg from 'pg';
import type { DeliveryHandler } from '../../delivery.js';
import { postgresRefusalOf } from '../../access/postgres-refusal.js';
import { AuthenticationError, TransportError, UnsupportedFeatureError } from '../../errors.js';
import type { MessagingLog } from '../../log.js';
import type { Publisher } from '../../publisher.js';
import type { GroupPlace, PartitionLag } from '../../group-position.js';
import type { SubscribeOptions, Subscription } from '../../subscriber.js';
import type { Transport } from '../../transport.js';
import { features } from './features.js';
import { groupNameOf } from './group-name.js';
import { EmbeddedPublisher } from './publisher.js';
import { EmbeddedReplays } from './replays.js';
import { EmbeddedSubscription } from './subscription.js';

/** Where the embedded log is, and how its consumers share it. */
export interface EmbeddedOptions {
  /**
   * PostgreSQL database that holds the log, in its schema `mesh_log`; `sslmode=verify-full` in it,
   * with `sslrootcert`, for TLS.
   */
  readonly url: string;
  /**
   * After so long without a sign of life, a consumer's share goes to the others of its group.
   * Shorter: back sooner after a crash, but a process stopped that long loses its share.
   * @default 5000
   */
  readonly leaseMs?: number;
  /** How long the server may take to confirm before a publish is refused. @default 30000 */
  readonly publishTimeoutMs?: number;
  /** What of the log is kept. Without it this process removes nothing and makes no segments. @default undefined */
  readonly retention?: RetentionLoopOptions;
  /** @default says nothing */
  readonly log?: MessagingLog;
}

/**
 * A transport without a broker, on a log in PostgreSQL: durable, ordered by key, with groups and
 * replay. For one machine: its rate is that of one database.
 */
export function embeddedTransport(options: EmbeddedOptions): Transport {
  return new EmbeddedTransport(options);
}

class EmbeddedTransport implements Transport {
  readonly name = 'embedded';
  readonly features = features;
  readonly replays: EmbeddedReplays;
  readonly #pool: pg.Pool;
  readonly #log: PgLog;
  readonly #publisher: EmbeddedPublisher;
  readonly #retention: RetentionLoopOptions | undefined;
  #retaining: RetentionLoop | undefined;
  readonly #leaseMs: number | undefined;
  readonly #say: MessagingLog;
  readonly #subscriptions = new Set<EmbeddedSubscription>();
  #installing: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor({
    url,
    leaseMs,
    publishTimeoutMs = 30_000,
    retention,
    log = () => undefined,
  }: EmbeddedOptions) {
    this.#retention = retention;
    this.#pool = new pg.Pool({
      connectionString: url,
      // One is kept: a publish after a pause does not wait for a connection.
      ...{ min: 1, max: 3 },
      connectionTimeoutMillis: Math.min(10_000, publishTimeoutMs),
      pipeline: true,
      query_timeout: publishTimeoutMs,
    });
    this.#say = log;
    this.#leaseMs = leaseMs;
    // Its query fails too, and the next one opens another; a connection in use that nobody listens to
    // would end the process.
    const lost = (error: Error) => log('debug', 'A connection was lost', { err: error });
    this.#pool.on('error', lost);
    this.#pool.on('connect', (client) => client.on('error', lost));
    this.#log = new PgLog({ pool: this.#pool, schema: 'mesh_log' });
    this.replays = new EmbeddedReplays(this.#log, (ask) => this.#reach(ask));
    this.#publisher = new EmbeddedPublisher(async (entries) => {
      await this.#installed();
      await this.#log.appendNow(entries);
    });
  }

  async publisher(): Promise<Publisher> {
    return this.#publisher;
  }

  /** Streams need no declaration; makes the log exist. */
  async declare(_destinations: readonly string[]): Promise<void> {
    await this.#reach(() => this.#installed());
  }

  async check(): Promise<void> {
    await this.#reach(() => this.#pool.query('select 1'));
  }

  async subscribe(options: SubscribeOptions, handler: DeliveryHandler): Promise<Subscription> {
    if (options.redelivery?.via === 'broker')
      throw new UnsupportedFeatureError('embedded', 'delay');
    await this.#reach(() => this.#installed());
    if (this.#closing) throw new TransportError('The embedded transport is closed');
    const subscription = new EmbeddedSubscription(
      {
        log: this.#log,
        deadLetters: this.#publisher,
        leaseMs: this.#leaseMs,
        say: this.#say,
        onClosed: (closed) => this.#subscriptions.delete(closed),
      },
      options,
      handler,
    );
    this.#subscriptions.add(subscription);
    return subscription;
  }

  /** Exact up to 100,000 entries of all streams since the group's place; beyond, too few. */
  lag(place: GroupPlace): Promise<readonly PartitionLag[]> {
    return this.#reach(() => this.#log.history(groupNameOf(place), [place.source]).behind());
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.close()));
    await this.#publisher.close();
    await this.#installing?.catch(() => undefined);
    await this.#retaining?.stop();
    await this.#log.close();
    await this.#pool.end();
  }

  #installed(): Promise<void> {
    this.#installing ??= this.#install().catch((error: unknown) => {
      this.#installing = undefined;
      throw error;
    });
    return this.#installing;
  }

  async #install(): Promise<void> {
    await this.#log.install();
    if (this.#retention && !this.#closing) this.#retaining = this.#log.retain(this.#retention);
  }

  async #reach<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (cause) {
      const refusal = postgresRefusalOf(cause);
      if (refusal !== null) throw new AuthenticationError(refusal, { cause });
      const text = cause instanceof Error ? cause.message : String(cause);
      throw new TransportError(`The embedded log can't be reached: ${text}`, { cause });
    }
  }
}
