import type { Channel } from 'amqplib';

/** A fan-out replica that does not read loses the oldest first; what it missed is repaired from the source. */
const MAX_LENGTH = 100_000;

/** The queue of one process, gone with its connection. */
export async function declareEphemeral(
  channel: Channel,
  { source, queue, filter }: { source: string; queue: string; filter: readonly string[] },
): Promise<void> {
  await channel.assertQueue(queue, {
    durable: false,
    exclusive: true,
    autoDelete: true,
    arguments: { 'x-max-length': MAX_LENGTH, 'x-overflow': 'drop-head' },
  });
  for (const pattern of filter) await channel.bindQueue(queue, source, pattern);
}
