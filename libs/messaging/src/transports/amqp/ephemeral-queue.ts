import type { Channel } from 'amqplib';

/** A fan-out replica that does not read loses the oldest first; what it missed is repaired from the source. */
const MAX_LENGTH = 100_000;
/** How long it waits for a replica whose connection is lost; what a killed one leaves stays as long. */
const EXPIRES_MS = 60_000;

/**
 * The queue of one process, which outlives its connection: an exclusive one would go with it, and with the queue
 * what is published until it is declared again.
 */
export async function declareEphemeral(
  channel: Channel,
  { source, queue, filter }: { source: string; queue: string; filter: readonly string[] },
): Promise<void> {
  await channel.assertQueue(queue, {
    durable: true,
    expires: EXPIRES_MS,
    arguments: { 'x-max-length': MAX_LENGTH, 'x-overflow': 'drop-head' },
  });
  for (const pattern of filter) await channel.bindQueue(queue, source, pattern);
}
