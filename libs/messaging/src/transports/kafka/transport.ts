import type { Admin, Kafka } from 'kafkajs';
import type { DeliveryHandler } from '../../delivery.js';
import { TransportError, UnsupportedFeatureError } from '../../errors.js';
import type { GroupPlace, PartitionLag } from '../../group-position.js';
import type { SubscribeOptions, Subscription } from '../../subscriber.js';
import type { Transport } from '../../transport.js';
import { translated } from './admin.js';
import { createClient } from './client.js';
import { features } from './features.js';
import { settingsOf, type KafkaOptions, type KafkaSettings } from './options.js';
import { KafkaPublisher } from './publisher.js';
import { endOffsets, lagOf, type StartOffsets } from './group-offsets.js';
import { KafkaReplays } from './replays.js';
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
  readonly features = features;
  readonly replays: KafkaReplays;
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
    this.#topics = new Topics(() => this.#connectedAdmin(), settings);
    this.replays = new KafkaReplays(settings, () => this.#connectedAdmin());
    this.#publisher = new KafkaPublisher(this.#client, this.#topics, settings);
  }

  publisher(): Promise<KafkaPublisher> {
    return Promise.resolve(this.#publisher);
  }

  async subscribe(subscribe: SubscribeOptions, handler: DeliveryHandler): Promise<Subscription> {
    if (this.#closed !== null) throw new TransportError('The Kafka transport is closed');
    if (subscribe.redelivery?.via === 'broker') throw new UnsupportedFeatureError('kafka', 'delay');
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
    await translated(this.#settings, 'make topics', this.#topics.ensure(destinations));
  }

  async check(): Promise<void> {
    const described = this.#connectedAdmin().then((admin) => admin.describeCluster());
    await translated(this.#settings, 'answer', this.#settings.access.whileLetIn(described));
  }

  async lag(place: GroupPlace): Promise<readonly PartitionLag[]> {
    const admin = await translated(this.#settings, 'connect', this.#connectedAdmin());
    return translated(this.#settings, 'tell offsets', lagOf(admin, place));
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
      this.#settings.access.report.granted();
      return admin;
    } catch (error) {
      this.#admin = null;
      throw error;
    }
  }
}
