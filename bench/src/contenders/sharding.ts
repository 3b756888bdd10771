import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { ChannelModel, ConfirmChannel } from 'amqplib';
import type { ShardConsumer } from './shard-consumer.js';

export interface ShardedEvent {
  readonly key: number;
  readonly number: number;
}

/** A group whose members come and go. */
export interface ShardedGroup {
  /** The queue for a new member. */
  join(): Promise<string>;
  leave(member: ShardConsumer): Promise<void>;
  /** Fulfilled when all are confirmed; never two unconfirmed of one key. */
  publish(events: readonly ShardedEvent[]): Promise<void>;
  close(): Promise<void>;
}

export interface Sharding {
  readonly name: string;
  open(model: ChannelModel): Promise<ShardedGroup>;
}

const content = Buffer.alloc(500);
const quorum = { 'x-queue-type': 'quorum', 'x-delivery-limit': 1_000_000 };

/** What our transport does: a queue a group, one consumer at a time, the others stand by. */
export const oneQueue: Sharding = {
  name: 'single active consumer',
  async open(model) {
    const name = `bench.${randomUUID()}`;
    const channel = await model.createConfirmChannel();
    await channel.assertExchange(name, 'fanout');
    await channel.assertQueue(name, { arguments: { ...quorum, 'x-single-active-consumer': true } });
    await channel.bindQueue(name, name, '');
    return {
      join: async () => name,
      leave: (member) => member.stop(),
      publish: (events) => publishTo(channel, name, events),
      async close() {
        await channel.deleteQueue(name);
        await channel.deleteExchange(name);
        await channel.close();
      },
    };
  },
};

/** A queue a member, which gets its share of the keys; a member that leaves lets its queue run empty first. */
export const hashExchange: Sharding = {
  name: 'consistent-hash exchange',
  async open(model) {
    const name = `bench.${randomUUID()}`;
    const channel = await model.createConfirmChannel();
    const queues = new Set<string>();
    await channel.assertExchange(name, 'x-consistent-hash', {
      arguments: { 'hash-header': 'key' },
    });
    return {
      async join() {
        const queue = `${name}.${randomUUID()}`;
        await channel.assertQueue(queue, { arguments: quorum });
        await channel.bindQueue(queue, name, '10');
        queues.add(queue);
        return queue;
      },
      async leave(member) {
        await channel.unbindQueue(member.queue, name, '10');
        do await pause(50);
        while ((await channel.checkQueue(member.queue)).messageCount > 0);
        // What is on its way to it.
        await pause(50);
        await member.drained();
        await member.stop();
        await channel.deleteQueue(member.queue);
        queues.delete(member.queue);
      },
      publish: (events) => publishTo(channel, name, events),
      async close() {
        for (const queue of queues) await channel.deleteQueue(queue);
        await channel.deleteExchange(name);
        await channel.close();
      },
    };
  },
};

const IN_FLIGHT = 200;

/** By waves without a repeated key. */
async function publishTo(
  channel: ConfirmChannel,
  exchange: string,
  events: readonly ShardedEvent[],
): Promise<void> {
  let wave = new Set<number>();
  for (const { key, number } of events) {
    if (wave.has(key) || wave.size === IN_FLIGHT) {
      await channel.waitForConfirms();
      wave = new Set();
    }
    wave.add(key);
    channel.publish(exchange, '', content, {
      persistent: true,
      headers: { key: String(key), number },
    });
  }
  await channel.waitForConfirms();
}
