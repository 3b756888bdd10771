import type { Admin, Kafka } from 'kafkajs';
import type { DeliveryHandler } from '../../delivery.js';
import { TransportError } from '../../errors.js';
import type { SubscribeOptions, Subscription } from '../../subscriber.js';
import type { Features, Transport } from '../../transport.js';
import { createClient } from './client.js';
import { settingsOf, type KafkaOptions, type KafkaSettings } from './options.js';
import { KafkaPublisher } from './publisher.js';
import { endOffsets, type StartOffsets } from './group-offsets.js';
import { KafkaSubscription } from './subscription.js';
import { Topics } from './topics.js';

/**
 * Kafka: topics are destinations, consumer groups are groups. A group that is new reads from the
 * start unless told otherwise. A topic that is published to or subscribed and does not exist is made.
 */
export function kafkaTransport(options: KafkaOptions): Transport {
  return new KafkaTransport(settingsOf(options));
}

class KafkaTransport implements Transport {
  readonly name = 'kafka';
  readonly features: Features = {
    ordering: true,
    consumerGroups: true,
    persistent: true,
    replay: true,
    delay: false,
  };
  readonly #settings: KafkaSettings;
  readonly #client: Kafka;
  readonly #topics: Topics;
  readonly #publisher: KafkaPublisher;
  readonly #subscriptions = new Set<KafkaSubscription>();
  #admin: Promise<Admin> | null = null;
  #closed: Promise<void> | null = null;

  constructor(settings: KafkaSettings) {
    this.#settings = settings;
    this.#client = createClient(settings);
    this.#topics = new Topics(() => this.#connectedAdmin(), settings.partitions);
    this.#publisher = new KafkaPublisher(this.#client, this.#topics, settings);
  }

  publisher(): Promise<KafkaPublisher> {
    return Promise.resolve(this.#publisher);
  }

  async subscribe(subscribe: SubscribeOptions, handler: DeliveryHandler): Promise<Subscription> {
    if (this.#closed !== null) throw new TransportError('The Kafka transport is closed');
    const subscription = new KafkaSubscription({
      settings: this.#settings,
      subscribe,
      handler,
      publisher: () => this.publisher(),
      startOffsets: () => this.#startOffsets(subscribe),
    });
    this.#subscriptions.add(subscription);
    void subscription.closed.then(() => this.#subscriptions.delete(subscription));
    return subscription;
  }

  async declare(destinations: readonly string[]): Promise<void> {
    await translated('make topics', this.#topics.ensure(destinations));
  }

  async check(): Promise<void> {
    const admin = await translated('connect', this.#connectedAdmin());
    await translated('describe the cluster', admin.describeCluster());
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.close()));
    await this.#publisher.close();
    const admin = this.#admin;
    await admin?.then((connected) => connected.disconnect()).catch(() => {});
  }

  async #startOffsets({ source, group, from, ephemeral }: SubscribeOptions): Promise<StartOffsets> {
    await this.#topics.ensure([source]);
    if (from !== 'end' && ephemeral !== true) return new Map();
    return endOffsets(await this.#connectedAdmin(), source, ephemeral === true ? null : group);
  }

  /** One admin client, connected at the first call. */
  #connectedAdmin(): Promise<Admin> {
    this.#admin ??= this.#connectAdmin();
    return this.#admin;
  }

  async #connectAdmin(): Promise<Admin> {
    const admin = this.#client.admin();
    try {
      await admin.connect();
      return admin;
    } catch (error) {
      this.#admin = null;
      throw error;
    }
  }
}

async function translated<T>(action: string, promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new TransportError(`Kafka could not ${action}: ${text}`, { cause });
  }
}
