import { z } from 'zod';
import {
  authConfig,
  databaseConfig,
  grpcConfig,
  outboxConfig,
  serviceConfig,
  transportConfig,
} from '@mesh/service-kit';

export const configSchema = z.object({
  ...serviceConfig,
  ...databaseConfig,
  ...outboxConfig,
  ...transportConfig,
  ...authConfig,
  ...grpcConfig,
  /** Adds the example's items at start. @default true in development only */
  MESH_SEED: z.stringbool().optional(),
});

export type Config = z.output<typeof configSchema>;
