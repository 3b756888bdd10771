import type { Channel } from 'amqplib';

/**
 * The broker's own limit of redeliveries is out of the way: each restart of a consumer counts as one
 * for everything in its window, and RabbitMQ 4 drops at 20.
 */
const DELIVERY_LIMIT = 1_000_000;
/** A fan-out replica that does not read loses the oldest first; what it missed is repaired from the source. */
const EPHEMERAL_MAX_LENGTH = 100_000;

/** Every destination is a durable topic exchange. */
export async function assertExchange(channel: Channel, exchange: string): Promise<void> {
  await channel.assertExchange(exchange, 'topic', { durable: true });
}

interface Binding {
  readonly exchange: string;
  readonly queue: string;
  readonly patterns: readonly string[];
}

/** The queue of a group: replicated, on disk, and read by one consumer at a time so that order holds. */
export async function assertGroupQueue(channel: Channel, binding: Binding): Promise<void> {
  await channel.assertQueue(binding.queue, {
    durable: true,
    arguments: {
      'x-queue-type': 'quorum',
      'x-single-active-consumer': true,
      'x-delivery-limit': DELIVERY_LIMIT,
    },
  });
  await bind(channel, binding);
}

/** The queue of one process, gone with its connection. */
export async function assertEphemeralQueue(channel: Channel, binding: Binding): Promise<void> {
  await channel.assertQueue(binding.queue, {
    durable: false,
    exclusive: true,
    autoDelete: true,
    arguments: { 'x-max-length': EPHEMERAL_MAX_LENGTH, 'x-overflow': 'drop-head' },
  });
  await bind(channel, binding);
}

export function deadLetterQueue(group: string): string {
  return `${group}.dead-letters`;
}

export async function assertDeadLetterQueue(channel: Channel, queue: string): Promise<void> {
  await channel.assertQueue(queue, {
    durable: true,
    arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': DELIVERY_LIMIT },
  });
}

async function bind(channel: Channel, { exchange, queue, patterns }: Binding): Promise<void> {
  await assertExchange(channel, exchange);
  for (const pattern of patterns) await channel.bindQueue(queue, exchange, pattern);
}
