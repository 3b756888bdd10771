import { connect, type Channel, type ChannelModel, type ConsumeMessage } from 'amqplib';

/** A client that shares nothing with the transport. */
export class Stranger {
  readonly #model: ChannelModel;

  private constructor(model: ChannelModel) {
    this.#model = model;
  }

  static async arrive(url: string): Promise<Stranger> {
    return new Stranger(await connect(url, { noDelay: true }));
  }

  /** On a channel of its own, since the broker closes it with a refusal. */
  async does<T>(work: (channel: Channel) => Promise<T>): Promise<T> {
    const channel = await this.#model.createChannel();
    channel.on('error', () => {});
    const result = await work(channel);
    await channel.close();
    return result;
  }

  /** Whether there is a queue of that name. */
  async hasQueue(name: string): Promise<boolean> {
    return this.does((channel) => channel.checkQueue(name)).then(
      () => true,
      () => false,
    );
  }

  /** Takes so many messages out of a queue that exists, waiting for them. */
  async take(queue: string, count: number): Promise<readonly ConsumeMessage[]> {
    return this.does(async (channel) => {
      const taken: ConsumeMessage[] = [];
      const enough = Promise.withResolvers<void>();
      await channel.prefetch(count);
      await channel.consume(queue, (message) => {
        if (message === null) return enough.reject(new Error(`${queue} was deleted`));
        taken.push(message);
        channel.ack(message);
        if (taken.length === count) enough.resolve();
      });
      await enough.promise;
      return taken;
    });
  }

  /** Takes a message out of a queue and never acks it: leaving is the consumer's death. */
  async holds(queue: string): Promise<void> {
    const channel = await this.#model.createChannel();
    const held = Promise.withResolvers<void>();
    await channel.prefetch(1);
    await channel.consume(queue, () => held.resolve());
    await held.promise;
  }

  leave(): Promise<void> {
    return this.#model.close();
  }
}
