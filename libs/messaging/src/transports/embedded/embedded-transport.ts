import { PgLog } from '@mesh/pg-log';
import pg from 'pg';
import type { DeliveryHandler } from '../../delivery.js';
import { TransportError } from '../../errors.js';
import type { MessagingLog } from '../../log.js';
import type { Publisher } from '../../publisher.js';
import type { SubscribeOptions, Subscription } from '../../subscriber.js';
import type { Features, Transport } from '../../transport.js';
import { EmbeddedPublisher } from './publisher.js';
import { EmbeddedSubscription } from './subscription.js';

export interface EmbeddedOptions {
  /** PostgreSQL database that holds the log, in its schema `mesh_log`. */
  readonly url: string;
  /**
   * After so long without a sign of life, a consumer's share goes to the others of its group.
   * Shorter: back sooner after a crash, but a process stopped that long loses its share.
   * @default 5000
   */
  readonly leaseMs?: number;
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
  readonly features: Features = {
    ordering: true,
    consumerGroups: true,
    persistent: true,
    replay: true,
    delay: false,
  };
  readonly #pool: pg.Pool;
  readonly #log: PgLog;
  readonly #publisher: EmbeddedPublisher;
  readonly #leaseMs: number | undefined;
  readonly #say: MessagingLog;
  readonly #subscriptions = new Set<EmbeddedSubscription>();
  #installing: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor({ url, leaseMs, log = () => undefined }: EmbeddedOptions) {
    this.#pool = new pg.Pool({
      connectionString: url,
      // One is kept: a publish after a pause does not wait for a connection.
      ...{ min: 1, max: 3 },
      connectionTimeoutMillis: 10_000,
      query_timeout: 30_000,
    });
    this.#say = log;
    this.#leaseMs = leaseMs;
    // Of an idle connection; the next query opens another one.
    this.#pool.on('error', (error) => log('debug', 'A connection was lost', { err: error }));
    this.#log = new PgLog({ pool: this.#pool, schema: 'mesh_log' });
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

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.close()));
    await this.#publisher.close();
    await this.#log.close();
    await this.#pool.end();
  }

  #installed(): Promise<void> {
    this.#installing ??= this.#log.install().catch((error: unknown) => {
      this.#installing = undefined;
      throw error;
    });
    return this.#installing;
  }

  async #reach(ask: () => Promise<unknown>): Promise<void> {
    try {
      await ask();
    } catch (cause) {
      const text = cause instanceof Error ? cause.message : String(cause);
      throw new TransportError(`The embedded log can't be reached: ${text}`, { cause });
    }
  }
}
