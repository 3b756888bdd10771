import {
  authConfig,
  databaseConfig,
  duration,
  grpcAddress,
  grpcConfig,
  outboxConfig,
  serviceConfig,
  transportConfig,
} from '@mesh/service-kit';
import { z } from 'zod';

export const configSchema = z.object({
  ...serviceConfig,
  ...databaseConfig,
  ...outboxConfig,
  ...transportConfig,
  ...authConfig,
  ...grpcConfig,
  INVENTORY_GRPC_ADDRESS: grpcAddress(),
  /** An order whose stock nobody reserved or refused in so many milliseconds is rejected. */
  RESERVATION_TIMEOUT_MS: z.coerce.number().int().min(100).max(86_400_000).default(30_000),
  /**
   * How long the changes of orders are kept: browsers and watchers that were away for longer start over
   * from the orders as they are. Longer takes disk, about 300 bytes a change.
   */
  ORDER_HISTORY_RETENTION: duration('90d', { min: '1m' }),
  /** Feeds that one stream of WatchUpdates may follow, as one gateway does for its customers. Each costs about 1 kB. */
  WATCH_MAX_FEEDS: z.coerce.number().int().min(1).max(100_000).default(20_000),
  /** Streams of WatchUpdates that are open at once in this process: one of each gateway, twice while it changes replicas. */
  WATCH_MAX_STREAMS: z.coerce.number().int().min(1).max(100_000).default(100),
});

export type Config = z.output<typeof configSchema>;
