import {
  authConfig,
  databaseConfig,
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
});

export type Config = z.output<typeof configSchema>;
