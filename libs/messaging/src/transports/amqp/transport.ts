import type { Channel, ChannelModel } from 'amqplib';
import type { DeadLetterHandler, DeliveryHandler } from '../../delivery.js';
import { MessagingError, TransportError, UnsupportedFeatureError } from '../../errors.js';
import type { GroupPlace, PartitionLag } from '../../group-position.js';
import type { SubscribeOptions, Subscription } from '../../subscriber.js';
import type { Transport } from '../../transport.js';
import { AmqpConnection } from './connection.js';
import { deathOf } from './dead-letter-fields.js';
import { features } from './features.js';
import { settingsOf, type AmqpOptions, type AmqpSettings } from './options.js';
import { AmqpPublisher } from './publisher.js';
import { AmqpSubscription, type AmqpSubscriptionOptions } from './subscription.js';
import { declareParts } from './declare-parts.js';

/**
 * AMQP 0-9-1 (RabbitMQ): topic exchanges are destinations, queues are groups. A group gets what is
 * published from its first subscription on. Publishing and consuming have a connection each, so that
 * a broker short of memory, which stops reading from publishers, still takes acks.
 */
export function amqpTransport(options: AmqpOptions): Transport {
  return new AmqpTransport(settingsOf(options));
}

class AmqpTransport implements Transport {
  readonly name = 'amqp';
  readonly features = features;
  readonly #settings: AmqpSettings;
  readonly #publishing: AmqpConnection;
  readonly #consuming: AmqpConnection;
  readonly #publisher: AmqpPublisher;
  readonly #subscriptions = new Set<AmqpSubscription>();
  #closed: Promise<void> | null = null;

  constructor(settings: AmqpSettings) {
    this.#settings = settings;
    this.#publishing = new AmqpConnection(settings, 'publish');
    this.#consuming = new AmqpConnection(settings, 'consume');
    this.#publisher = new AmqpPublisher(this.#publishing, settings);
  }

  get blocked(): boolean {
    return this.#publishing.blocked;
  }

  publisher(): Promise<AmqpPublisher> {
    return Promise.resolve(this.#publisher);
  }

  async subscribe(subscribe: SubscribeOptions, handler: DeliveryHandler): Promise<Subscription> {
    if (this.#closed !== null) throw new TransportError('The AMQP transport is closed');
    if (subscribe.from === 'start') throw new UnsupportedFeatureError('amqp', 'replay');
    return this.#open({ subscribe, handler });
  }

  async collectDeadLetters(
    subscribe: Pick<SubscribeOptions, 'source' | 'group'>,
    handler: DeadLetterHandler,
  ): Promise<Subscription> {
    if (this.#closed !== null) throw new TransportError('The AMQP transport is closed');
    const one: DeliveryHandler = (delivery) => handler(delivery, deathOf(delivery.headers));
    return this.#open({ subscribe, handler: one, deadLetters: true });
  }

  #open(
    options: Pick<AmqpSubscriptionOptions, 'subscribe' | 'handler' | 'deadLetters'>,
  ): AmqpSubscription {
    const subscription = new AmqpSubscription({
      ...options,
      settings: this.#settings,
      connection: this.#consuming,
      publisher: this.#publisher,
    });
    this.#subscriptions.add(subscription);
    void subscription.closed.then(() => this.#subscriptions.delete(subscription));
    return subscription;
  }

  declare(destinations: readonly string[]): Promise<void> {
    const { topology } = this.#settings;
    return this.#onChannel('declare exchanges', async (channel, model) => {
      for (const destination of destinations)
        await declareParts(model, channel, topology.destination(destination));
    });
  }

  check(): Promise<void> {
    return this.#onChannel('answer', async () => {});
  }

  /** What waits in the queue, as partition 0; what a consumer has in its window is not in it. */
  async lag({ group }: GroupPlace): Promise<readonly PartitionLag[]> {
    // Also while the broker reads nothing from publishers.
    const { messageCount } = await this.#onChannel(
      'count a queue',
      (channel) => channel.checkQueue(group),
      this.#consuming,
    );
    return [{ partition: 0, count: messageCount }];
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.close()));
    await this.#publisher.close();
    await Promise.all([this.#consuming.close(), this.#publishing.close()]);
  }

  async #onChannel<T>(
    action: string,
    work: (channel: Channel, model: ChannelModel) => Promise<T>,
    connection = this.#publishing,
  ): Promise<T> {
    const model = await connection.open();
    try {
      const channel = await model.createChannel();
      // What goes wrong also rejects the call that caused it.
      channel.on('error', () => {});
      const result = await work(channel, model);
      await channel.close();
      return result;
    } catch (cause) {
      if (cause instanceof MessagingError) throw cause;
      const text = cause instanceof Error ? cause.message : String(cause);
      throw new TransportError(`The AMQP broker could not ${action}: ${text}`, { cause });
    }
  }
}
