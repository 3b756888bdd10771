import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  authConfig,
  databaseConfig,
  grpcAddress,
  grpcConfig,
  readableFile,
  readableFolder,
  serviceConfig,
  transportConfig,
} from './fragments.js';
import { ConfigError, loadConfig, maskConfig } from './load-config.js';

const schema = z.object({
  ...serviceConfig,
  ...databaseConfig,
  ...transportConfig,
  ...authConfig,
  ...grpcConfig,
  PROBE_GRPC_ADDRESS: grpcAddress(),
});
const valid = {
  DATABASE_URL: 'postgres://job:pass@127.0.0.1:5432/job',
  MESH_LOG_URL: 'postgres://127.0.0.1/log',
  AUTH_DEV_KEY_FILE: import.meta.filename,
  PROBE_GRPC_ADDRESS: '127.0.0.1:50051',
};
const production = {
  ...valid,
  NODE_ENV: 'production',
  MESH_PROFILE: 'brokers',
  KAFKA_BROKERS: 'kafka-1:9092,kafka-2:9092',
  AMQP_URL: 'amqps://rabbit',
  AUTH_DEV_KEY_FILE: '',
  AUTH_ISSUER: 'https://issuer.example',
  AUTH_JWKS_URL: 'https://issuer.example/keys',
};

function faults(env: Record<string, string | undefined>, of: z.ZodObject = schema): string[] {
  try {
    loadConfig(of, env, 'job');
    return [];
  } catch (error) {
    return (error as ConfigError).message.split('\n');
  }
}

describe('loadConfig', () => {
  test('given what is needed, when loading, then the rest has its defaults', () => {
    expect(loadConfig(schema, { ...valid, UNRELATED: 'x' })).toEqual({
      ...valid,
      NODE_ENV: 'development',
      MESH_PROFILE: 'embedded',
      INBOX_GAP_TIMEOUT_MS: 30_000,
      KAFKA_TLS: 'off',
      AMQP_SASL_MECHANISM: 'plain',
      HOST: '127.0.0.1',
      MANAGEMENT_PORT: 0,
      LOG_LEVEL: 'info',
      DATABASE_POOL_SIZE: 10,
      MIGRATE_ON_START: true,
      INBOX_RETENTION: 8 * 86_400_000,
      AUDIT_RETENTION: 365 * 86_400_000,
      MESH_LOG_RETENTION: 7 * 86_400_000,
      MESH_LOG_RETENTION_BYTES: 1024 ** 3,
      MESH_LOG_UNREAD_RETENTION: 30 * 86_400_000,
      MESH_LOG_UNREAD_BYTES: 4 * 1024 ** 3,
      AUTH_AUDIENCE: 'mesh',
      GRPC_PORT: 0,
      GRPC_MAX_IN_FLIGHT: 512,
      GRPC_TLS: 'off',
    });
  });

  test('given a production environment, when loading, then lists become lists', () => {
    expect(loadConfig(schema, production).KAFKA_BROKERS).toEqual(['kafka-1:9092', 'kafka-2:9092']);
  });

  test('given many faults, when loading, then all are told at once, without any credential', () => {
    const env = {
      MESH_PROFILE: 'kafka',
      LOG_LEVEL: 'loud',
      MANAGEMENT_PORT: '70000',
      GRPC_PORT: 'http',
      DATABASE_URL: 'mysql://root:swordfish@db/job',
      DATABASE_POOL_SIZE: '2.5',
      KAFKA_BROKERS: 'kafka',
      KAFKA_GROUP_INSTANCE_ID: 'job/0',
    };
    expect(faults(env)).toEqual([
      'The configuration of job is not valid:',
      '  MESH_PROFILE: expected one of "embedded", "brokers"; received "kafka"',
      '  MANAGEMENT_PORT: expected at most 65535; received "70000"',
      '  LOG_LEVEL: expected one of "fatal", "error", "warn", "info", "debug", "trace", "silent"; received "loud"',
      '  DATABASE_URL: expected a URL that starts with postgres:// or postgresql://; received "mysql://root:***@db/job"',
      '  DATABASE_POOL_SIZE: expected a whole number; received "2.5"',
      '  KAFKA_BROKERS: expected host:port, several separated by commas; received "kafka"',
      `  KAFKA_GROUP_INSTANCE_ID: expected letters, digits, ".", "_" and "-", at most 200; received "job/0"`,
      '  GRPC_PORT: expected a number; received "http"',
      '  PROBE_GRPC_ADDRESS: expected host:port or a gRPC target; received nothing',
      '  MESH_LOG_URL: expected a postgres:// URL, in the embedded profile; received nothing',
      '  AUTH_DEV_KEY_FILE: expected a file, unless AUTH_ISSUER is set; received nothing',
    ]);
  });

  test.each([
    [
      { MESH_PROFILE: 'embedded' },
      'MESH_PROFILE: expected "brokers", because NODE_ENV is production; received "embedded"',
    ],
    [
      { AUTH_DEV_KEY_FILE: 'key.json' },
      'AUTH_DEV_KEY_FILE: expected nothing, because NODE_ENV is production; received "key.json"',
    ],
    [
      { AUTH_ISSUER: undefined },
      'AUTH_ISSUER: expected the URL of the token issuer; received nothing',
    ],
    [
      { AUTH_JWKS_URL: undefined },
      "AUTH_JWKS_URL: expected the URL of the issuer's key set; received nothing",
    ],
    [
      { KAFKA_BROKERS: '' },
      'KAFKA_BROKERS: expected host:port, in the brokers profile; received nothing',
    ],
    [
      { AMQP_URL: undefined },
      'AMQP_URL: expected an amqp:// URL, in the brokers profile; received nothing',
    ],
  ])('given production with %j, when loading, then is refused', (change, fault) => {
    expect(faults({ ...production, ...change })).toContain(`  ${fault}`);
  });

  test('given files and folders that can not be read, when loading, then all are told at once', () => {
    const withFiles = z.object({
      ...schema.shape,
      SECRET_FILE: readableFile(32),
      LONG_FILE: readableFile(1_000_000),
      ROOT: readableFolder(),
    });
    const env = {
      ...valid,
      AUTH_DEV_KEY_FILE: '/nope/key',
      SECRET_FILE: import.meta.dirname,
      LONG_FILE: import.meta.filename,
      ROOT: import.meta.filename,
    };
    expect(faults(env, withFiles)).toEqual([
      'The configuration of job is not valid:',
      `  SECRET_FILE: expected a file of at least 32 bytes that can be read; received "${import.meta.dirname}"`,
      `  LONG_FILE: expected a file of at least 1000000 bytes that can be read; received "${import.meta.filename}"`,
      `  ROOT: expected a folder that can be read; received "${import.meta.filename}"`,
      '  AUTH_DEV_KEY_FILE: expected a file that can be read; received "/nope/key"',
    ]);
    const right = { SECRET_FILE: import.meta.filename, ROOT: import.meta.dirname };
    expect(faults({ ...valid, ...right, LONG_FILE: '' }, withFiles)).toEqual([
      'The configuration of job is not valid:',
      '  LONG_FILE: expected a file of at least 1000000 bytes that can be read; received nothing',
    ]);
  });

  test('given a schema without a variable, when loading, then its rules do not matter', () => {
    expect(loadConfig(z.object(serviceConfig), {}).MESH_PROFILE).toBe('embedded');
  });
});

test('given a resolved config, when masked, then no credential is in it', () => {
  const masked = maskConfig({
    DATABASE_URL: 'postgres://job:p%40ss@127.0.0.1:5432/job',
    AMQP_URL: 'amqp://guest:guest@rabbit',
    MESH_LOG_URL: 'postgres://job@db/log?sslmode=disable&password=p%40ss&x=1',
    MISTYPED_URL: 'amqp//guest:p@ss/word@rabbit',
    NO_SCHEME: 'job:pass@db/job',
    ISSUER: 'https://issuer.example:8443/keys',
    SIGNING_SECRET: 'x',
    SIGNING_SECRET_FILE: '/run/secret',
    SIGNING_KEYS: 'x,y',
    BAGGAGE_KEYS: ['tenant'],
    PORT: 1,
    ABSENT: undefined,
  });
  expect(masked).toEqual({
    DATABASE_URL: 'postgres://job:***@127.0.0.1:5432/job',
    AMQP_URL: 'amqp://guest:***@rabbit',
    MESH_LOG_URL: 'postgres://job@db/log?sslmode=disable&password=***&x=1',
    MISTYPED_URL: 'amqp//guest:***@rabbit',
    NO_SCHEME: 'job:***@db/job',
    ISSUER: 'https://issuer.example:8443/keys',
    SIGNING_SECRET: '***',
    SIGNING_SECRET_FILE: '/run/secret',
    SIGNING_KEYS: '***',
    BAGGAGE_KEYS: ['tenant'],
    PORT: 1,
    ABSENT: undefined,
  });
});
