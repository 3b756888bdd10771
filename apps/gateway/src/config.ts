import {
  authConfig,
  grpcAddress,
  httpConfig,
  readableFile,
  readableFolder,
  serviceConfig,
  transportConfig,
} from '@mesh/service-kit';
import { z } from 'zod';

export const configSchema = z.object({
  ...serviceConfig,
  ...transportConfig,
  ...authConfig,
  ...httpConfig,
  ORDER_GRPC_ADDRESS: grpcAddress(),
  INVENTORY_GRPC_ADDRESS: grpcAddress(),
  /** A file of at least 32 bytes that signs the cursors clients keep; the same at every replica. */
  CURSOR_SECRET_FILE: readableFile(32),
  /** The folder of the built page; without it, no page is served. */
  WEB_ROOT: readableFolder().optional(),
  /** Origins of pages elsewhere that may call, separated by commas. */
  CORS_ORIGINS: z
    .string()
    .transform((list) => list.split(',').map((origin) => origin.trim()))
    .pipe(z.array(z.url({ error: 'origins such as https://shop.example' })))
    .default([]),
});

export type Config = z.output<typeof configSchema>;
