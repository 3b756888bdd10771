import type { Channel } from 'amqplib';
import type { DeliveryHandler } from '../../delivery.js';
import { TransportError, UnsupportedFeatureError } from '../../errors.js';
import type { SubscribeOptions, Subscription } from '../../subscriber.js';
import type { Features, Transport } from '../../transport.js';
import { AmqpConnection } from './connection.js';
import { settingsOf, type AmqpOptions, type AmqpSettings } from './options.js';
import { AmqpPublisher } from './publisher.js';
import { AmqpSubscription } from './subscription.js';
import { assertExchange } from './topology.js';

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
  readonly features: Features = {
    ordering: true,
    consumerGroups: true,
    persistent: true,
    replay: false,
    delay: false,
  };
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

  publisher(): Promise<AmqpPublisher> {
    return Promise.resolve(this.#publisher);
  }

  async subscribe(subscribe: SubscribeOptions, handler: DeliveryHandler): Promise<Subscription> {
    if (this.#closed !== null) throw new TransportError('The AMQP transport is closed');
    if (subscribe.from === 'start') throw new UnsupportedFeatureError('amqp', 'replay');
    const subscription = new AmqpSubscription({
      settings: this.#settings,
      connection: this.#consuming,
      subscribe,
      handler,
      publisher: this.#publisher,
    });
    this.#subscriptions.add(subscription);
    void subscription.closed.then(() => this.#subscriptions.delete(subscription));
    return subscription;
  }

  declare(destinations: readonly string[]): Promise<void> {
    return this.#onChannel('declare exchanges', async (channel) => {
      for (const destination of destinations) await assertExchange(channel, destination);
    });
  }

  check(): Promise<void> {
    return this.#onChannel('answer', async () => {});
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

  async #onChannel(action: string, work: (channel: Channel) => Promise<void>): Promise<void> {
    const model = await this.#publishing.open();
    try {
      const channel = await model.createChannel();
      // What goes wrong also rejects the call that caused it.
      channel.on('error', () => {});
      await work(channel);
      await channel.close();
    } catch (cause) {
      const text = cause instanceof Error ? cause.message : String(cause);
      throw new TransportError(`The AMQP broker could not ${action}: ${text}`, { cause });
    }
  }
}
