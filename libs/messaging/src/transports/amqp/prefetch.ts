import type { SubscribeOptions } from '../../subscriber.js';

const DEFAULTS = { count: 256, bytes: 128 * 1024 * 1024, largestBytes: 1024 * 1024 };

/**
 * How many unacked deliveries the broker may hand over. RabbitMQ counts messages only (it has no
 * `prefetch_size`) and sends all of them at once, so the bytes are bounded by the largest one.
 */
export function prefetchOf(window: SubscribeOptions['window'] = {}): number {
  const { count, bytes, largestBytes } = { ...DEFAULTS, ...window };
  return Math.max(1, Math.min(count, Math.floor(bytes / largestBytes)));
}
