import { z } from 'zod';
import { isReadableFile, isReadableFolder } from './files.js';

const port = (description: string) =>
  z.coerce.number().int().min(0).max(65535).default(0).describe(description);

/** Absent and wrong are told in the same words. */
const text = (expected: string, accepts: (value: string) => boolean) =>
  z.string({ error: expected }).refine(accepts, { error: expected });
const url = (...protocols: string[]) =>
  text(
    `a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    (value) => URL.canParse(value) && protocols.includes(new URL(value).protocol),
  );

// What services have in common, as shapes to spread: z.object({ ...serviceConfig, … }).
// Rules over several variables are in rules.ts; they hold wherever the variables occur.

/** Every service. */
export const serviceConfig = {
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  MESH_PROFILE: z.enum(['embedded', 'brokers']).default('embedded'),
  /** The address that servers listen on. */
  HOST: z.string().min(1).default('127.0.0.1'),
  /** Health and metrics. 0 takes any free port, as everywhere. */
  MANAGEMENT_PORT: port('health and metrics'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
};

/** A service with a database of its own. */
export const databaseConfig = {
  DATABASE_URL: url('postgres:', 'postgresql:'),
  /** Connections of this process. More serve more calls at once and cost the server about 5 MB each. */
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2).max(200).default(10),
};

/** A service that sends or receives events. The profile says which ones are needed. */
export const transportConfig = {
  MESH_LOG_URL: url('postgres:', 'postgresql:').optional(),
  KAFKA_BROKERS: text('host:port, several separated by commas', (list) =>
    /^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/.test(list),
  )
    .transform((list) => list.split(','))
    .optional(),
  AMQP_URL: url('amqp:', 'amqps:').optional(),
};

/** A service that verifies tokens: by the development key, or by an issuer. */
export const authConfig = {
  /** A private ES256 key as JWK, made by the launcher. */
  AUTH_DEV_KEY_FILE: z.string().min(1).optional(),
  AUTH_ISSUER: url('https:', 'http:').optional(),
  AUTH_JWKS_URL: url('https:', 'http:').optional(),
  AUTH_AUDIENCE: z.string().min(1).default('mesh'),
};

/** A service that serves gRPC. */
export const grpcConfig = {
  GRPC_PORT: port('gRPC'),
  /** Unary calls served at once; the next one is refused with OVERLOADED. */
  GRPC_MAX_IN_FLIGHT: z.coerce.number().int().min(1).default(512),
};

/** A service that serves HTTP. */
export const httpConfig = {
  PORT: port('HTTP'),
};

/** The address of another service: `host:port`, or a gRPC target such as `dns:///order:50051`. */
export const grpcAddress = () =>
  text('host:port or a gRPC target', (value) =>
    /^[^\s/:]+:\d+$|^(dns|ipv4|ipv6|unix):\S+$/.test(value),
  );

/** A file that can be read when the service starts. */
export const readableFile = (minBytes = 1) =>
  text(`a file of at least ${minBytes} bytes that can be read`, (path) =>
    isReadableFile(path, minBytes),
  );

/** A folder that can be read when the service starts. */
export const readableFolder = () => text('a folder that can be read', isReadableFolder);
