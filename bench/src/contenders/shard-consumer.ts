import { setTimeout as pause } from 'node:timers/promises';
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';

export interface Handling {
  /** `waits`: many at once, one a key. `works`: one at a time, as a handler that computes. */
  readonly kind: 'waits' | 'works';
  readonly ms: number;
}

export interface ShardConsumerOptions {
  readonly handling: Handling;
  readonly onHandled: (key: number, number: number) => void;
}

const PREFETCH = 256;

/** A consumer of one queue, in order by key; the same one for both ways of sharding. */
export class ShardConsumer {
  readonly #channel: Channel;
  readonly #options: ShardConsumerOptions;
  readonly #lanes = new Map<number, Promise<void>>();
  #stopped = false;

  private constructor(
    channel: Channel,
    readonly queue: string,
    options: ShardConsumerOptions,
  ) {
    this.#channel = channel;
    this.#options = options;
  }

  static async start(
    model: ChannelModel,
    queue: string,
    options: ShardConsumerOptions,
  ): Promise<ShardConsumer> {
    const channel = await model.createChannel();
    await channel.prefetch(PREFETCH);
    const consumer = new ShardConsumer(channel, queue, options);
    await channel.consume(queue, (message) => message && consumer.#take(message));
    return consumer;
  }

  /** Fulfilled when everything that it was given is handled. */
  async drained(): Promise<void> {
    await Promise.all(this.#lanes.values());
  }

  /** Finishes what runs before it leaves, so that whoever takes over does not run ahead. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#lanes.values());
    await this.#channel.close();
  }

  #take(message: ConsumeMessage): void {
    const key = Number(message.properties.headers?.['key']);
    const lane = this.#options.handling.kind === 'waits' ? key : 0;
    const before = this.#lanes.get(lane) ?? Promise.resolve();
    this.#lanes.set(
      lane,
      before.then(() => this.#handle(message, key)),
    );
  }

  async #handle(message: ConsumeMessage, key: number): Promise<void> {
    if (this.#stopped) return;
    await pause(this.#options.handling.ms);
    this.#options.onHandled(key, Number(message.properties.headers?.['number']));
    this.#channel.ack(message);
  }
}
