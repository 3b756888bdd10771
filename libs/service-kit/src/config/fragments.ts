import { z } from 'zod';
import { isReadableFile, isReadableFolder } from './files.js';
import { parseTrusted } from '../http/addresses.js';
import { bytes, duration } from './quantities.js';

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

/** A file that can be read when the service starts. */
export const readableFile = (minBytes = 1) =>
  text(
    minBytes === 1
      ? 'a file that can be read and is not empty'
      : `a file of at least ${minBytes} bytes that can be read`,
    (path) => isReadableFile(path, minBytes),
  );

// What services have in common, as shapes to spread: z.object({ ...serviceConfig, … }).
// Rules over several variables are in rules.ts; they hold wherever the variables occur.

/** Every service. */
export const serviceConfig = {
  /** `production` refuses what is for development alone: the embedded profile, the development key. */
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  /** `embedded`: streams are a log in PostgreSQL, on one machine; `brokers`: Kafka and RabbitMQ. */
  MESH_PROFILE: z.enum(['embedded', 'brokers']).default('embedded'),
  /** The address that servers listen on. */
  HOST: z.string().min(1).default('127.0.0.1'),
  /** Health and metrics. 0 takes any free port, as everywhere. */
  MANAGEMENT_PORT: port('health and metrics'),
  /** Lines below this level are not written. */
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** One JSON object a line, or text for people. Unless set: text on a developer's terminal, else JSON. */
  LOG_FORMAT: z.enum(['json', 'text']).optional(),
};

/** A service with a database of its own. */
export const databaseConfig = {
  /** The database of this service, and of no other; with TLS see docs/how-to/secure-brokers.md. */
  DATABASE_URL: url('postgres:', 'postgresql:'),
  /**
   * Whether a start brings the schema up to date. `false` where a job does it before (the service with
   * `--migrate`): then a process whose schema is too old is not ready until it is done.
   */
  MIGRATE_ON_START: z.stringbool().default(true),
  /** Connections of this process. More serve more calls at once and cost the server about 5 MB each. */
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2).max(200).default(10),
  /**
   * How long an event of a group with inbox 'by-key' waits for one that is missing before it in its key. A
   * longer time outlasts a slower replica; its key stands still for as long.
   */
  INBOX_GAP_TIMEOUT_MS: z.coerce.number().int().min(0).max(3_600_000).default(30_000),
  /**
   * How long the inbox knows that an event was handled: a repeat that comes later has a second effect.
   * At least as long as streams keep events. Longer takes disk, about 200 bytes an event.
   */
  INBOX_RETENTION: duration('8d', { min: '1h', max: '45d' }),
  /** How long it is on record what operators did: redrives, discards, replays, resets. */
  AUDIT_RETENTION: duration('365d', { min: '1d' }),
};

/** A service that appends events. */
export const outboxConfig = {
  /**
   * Events that may wait to be published; more are refused as OUTBOX_FULL. A larger number outlasts a
   * longer outage of the broker, and takes as much more disk.
   */
  OUTBOX_MAX_EVENTS: z.coerce.number().int().min(1).max(100_000_000).default(200_000),
  /**
   * Whether later events of the key of one that no broker takes go on (`skip`), or are parked behind it
   * until an operator redrives the key: its consumers then never see a gap, and hear nothing meanwhile.
   */
  OUTBOX_UNPUBLISHABLE: z.enum(['skip', 'park-key']).default('skip'),
  /**
   * How the outbox is relayed: `polling` reads a table; `logical` the write-ahead log, without a table,
   * see docs/how-to/relay-by-logical-replication.md.
   */
  OUTBOX_RELAY: z.enum(['polling', 'logical']).default('polling'),
  /**
   * With `logical`, MiB of WAL that may wait for the relay; then appends are refused as OUTBOX_FULL.
   * What others write to the server counts too. At most half of max_slot_wal_keep_size.
   */
  OUTBOX_MAX_WAL_MIB: z.coerce.number().int().min(64).max(1_000_000).default(1024),
  /** How long published events stay in the outbox, to be looked at. What is not published stays in any case. */
  OUTBOX_RETENTION: duration('1h'),
  /** Published events go earlier when they take more than this. */
  OUTBOX_RETENTION_BYTES: bytes('32MiB', { min: '1MiB' }),
};

// Files are read again at each new connection.
const file = () => readableFile().optional();
const filled = () => z.string().min(1).optional();

/** How Kafka is reached: see docs/how-to/secure-brokers.md. */
export const kafkaAccessConfig = {
  /** Whether Kafka is reached over TLS. */
  KAFKA_TLS: z.enum(['off', 'on']).default('off'),
  /** Authorities that the brokers' certificates are verified by (PEM); those of Node unless set. */
  KAFKA_TLS_CA_FILE: file(),
  /** The client certificate for mutual TLS (PEM), beside its key. */
  KAFKA_TLS_CERT_FILE: file(),
  /** The key of the client certificate (PEM). */
  KAFKA_TLS_KEY_FILE: file(),
  /** The name that the brokers' certificates must be for, where it is not the host's. */
  KAFKA_TLS_SERVER_NAME: filled(),
  /** How this service says who it is; not at all unless set. */
  KAFKA_SASL_MECHANISM: z
    .enum(['plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer'])
    .optional(),
  /** The user, for plain and SCRAM. */
  KAFKA_SASL_USERNAME: filled(),
  /** The user's password, or use KAFKA_SASL_PASSWORD_FILE. */
  KAFKA_SASL_PASSWORD: filled(),
  /** A file with the password, read at each new connection, without a line break at its end. */
  KAFKA_SASL_PASSWORD_FILE: file(),
  /** Where tokens are fetched by client credentials, for oauthbearer. */
  KAFKA_OAUTH_TOKEN_URL: url('https:', 'http:').optional(),
  /** The client that tokens are for. */
  KAFKA_OAUTH_CLIENT_ID: filled(),
  /** The client's secret, or use KAFKA_OAUTH_CLIENT_SECRET_FILE. */
  KAFKA_OAUTH_CLIENT_SECRET: filled(),
  /** A file with the client's secret. */
  KAFKA_OAUTH_CLIENT_SECRET_FILE: file(),
  /** The scope that tokens are asked for. */
  KAFKA_OAUTH_SCOPE: filled(),
};

/** How RabbitMQ is reached, beside its URL. */
export const amqpAccessConfig = {
  /** Authorities that the broker's certificate is verified by (PEM); those of Node unless set. */
  AMQP_TLS_CA_FILE: file(),
  /** The client certificate for mutual TLS (PEM), beside its key. */
  AMQP_TLS_CERT_FILE: file(),
  /** The key of the client certificate (PEM). */
  AMQP_TLS_KEY_FILE: file(),
  /** The name that the broker's certificate must be for, where it is not the host's. */
  AMQP_TLS_SERVER_NAME: filled(),
  /** `external`: by the client certificate instead of user and password. */
  AMQP_SASL_MECHANISM: z.enum(['plain', 'external']).default('plain'),
};

/** A service that sends or receives events. The profile says which ones are needed. */
export const transportConfig = {
  /** The database of the log, in the embedded profile; the same for every service. */
  MESH_LOG_URL: url('postgres:', 'postgresql:').optional(),
  /** How long the log of the embedded profile keeps what every group has read: the window of replays. */
  MESH_LOG_RETENTION: duration('7d'),
  /** What every group has read goes earlier when the log is larger. */
  MESH_LOG_RETENTION_BYTES: bytes('1GiB', { min: '1MiB' }),
  /** How long it keeps what a group has not read. Then that group has lost it: a group that nobody reads any more. */
  MESH_LOG_UNREAD_RETENTION: duration('30d'),
  /** What a group has not read goes earlier when the log is larger. */
  MESH_LOG_UNREAD_BYTES: bytes('4GiB', { min: '1MiB' }),
  /** Where Kafka is, in the profile `brokers`. */
  KAFKA_BROKERS: text('host:port, several separated by commas', (list) =>
    /^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/.test(list),
  )
    .transform((list) => list.split(','))
    .optional(),
  /**
   * Makes the process a static member of its groups: a restart within the session (KAFKA_SESSION_TIMEOUT_MS) moves no
   * partitions. One a process that outlives it, such as the name of a stateful set's pod.
   */
  KAFKA_GROUP_INSTANCE_ID: text('letters, digits, ".", "_" and "-", at most 200', (id) =>
    /^[\w.-]{1,200}$/.test(id),
  ).optional(),
  /**
   * After how long without a heartbeat Kafka gives a dead process's partitions to others. Shorter: back sooner
   * after a crash, but a process that stands still for so long loses its partitions, and everybody waits while
   * they move. The broker's `group.min.session.timeout.ms` (6 s by default) bounds it. 10 s unless set.
   */
  KAFKA_SESSION_TIMEOUT_MS: z.coerce.number().int().min(1_000).max(300_000).optional(),
  /** Where RabbitMQ is, in the profile `brokers`, with user and password. */
  AMQP_URL: url('amqp:', 'amqps:').optional(),
  ...kafkaAccessConfig,
  ...amqpAccessConfig,
};

/** A service that verifies tokens: by the development key, or by an issuer. */
export const authConfig = {
  /** A private ES256 key as JWK, made by the launcher. */
  AUTH_DEV_KEY_FILE: z.string().min(1).optional(),
  /** The `iss` that tokens must have; needed in production. */
  AUTH_ISSUER: url('https:', 'http:').optional(),
  /** Where the keys of the issuer are. */
  AUTH_JWKS_URL: url('https:', 'http:').optional(),
  /** The `aud` that tokens must have. */
  AUTH_AUDIENCE: z.string().min(1).default('mesh'),
};

/** A service that serves gRPC, or calls others by it. */
export const grpcTlsConfig = {
  /** `on`: mutual TLS 1.2 or newer, with all three files. `off` where the network encrypts by itself. */
  GRPC_TLS: z.enum(['off', 'on']).default('off'),
  /** Authorities that the other side's certificate is verified by (PEM). */
  GRPC_TLS_CA_FILE: file(),
  /** The certificate of this service (PEM), as server and as client. */
  GRPC_TLS_CERT_FILE: file(),
  /** Its key (PEM). */
  GRPC_TLS_KEY_FILE: file(),
};

/** A service that serves gRPC. */
export const grpcConfig = {
  GRPC_PORT: port('gRPC'),
  /** Unary calls served at once; the next one is refused with OVERLOADED. */
  GRPC_MAX_IN_FLIGHT: z.coerce.number().int().min(1).default(512),
  ...grpcTlsConfig,
};

/** A service that serves HTTP. */
export const httpConfig = {
  PORT: port('HTTP'),
  /** Requests served at once; the next one is refused with OVERLOADED. */
  HTTP_MAX_IN_FLIGHT: z.coerce.number().int().min(1).default(1000),
  /** Keys of W3C baggage, separated by commas, that are taken from callers and passed on with calls and events. */
  BAGGAGE_KEYS: z
    .string()
    .transform((list) => list.split(',').map((key) => key.trim()))
    .pipe(z.array(z.string().min(1)).max(64))
    .default([]),
  /** Connections in all, those of WebSockets too; the next one is closed at once. Each takes some 10 kB. */
  HTTP_MAX_CONNECTIONS: z.coerce.number().int().min(1).default(10_000),
  /** Connections of one address, or one /64 of IPv6; not of proxies that are trusted. */
  HTTP_MAX_CONNECTIONS_PER_ADDRESS: z.coerce.number().int().min(1).default(1_000),
  /** How long the headers of a request may take, and a connection that says nothing yet. */
  HTTP_HEADERS_TIMEOUT: duration('10s', { min: '100ms' }),
  /** How long a request may take to come whole. */
  HTTP_REQUEST_TIMEOUT: duration('30s', { min: '100ms' }),
  /** How long a connection stays open after an answer. */
  HTTP_KEEP_ALIVE_TIMEOUT: duration('65s', { min: '100ms' }),
  /**
   * Proxies whose X-Forwarded-For is believed: addresses, ranges such as 10.0.0.0/8, `loopback`, `private`,
   * separated by commas. None unless set: whoever connects is the client.
   */
  TRUST_PROXY: text(
    'addresses, ranges such as 10.0.0.0/8, loopback or private, separated by commas',
    (list) => parseTrusted(list) !== undefined,
  ).optional(),
};

/** The address of another service: `host:port`, or a gRPC target such as `dns:///catalog:50051`. */
export const grpcAddress = () =>
  text('host:port or a gRPC target', (value) =>
    /^[^\s/:]+:\d+$|^(dns|ipv4|ipv6|unix):\S+$/.test(value),
  ).describe('Where that service is reached over gRPC.');

/** A folder that can be read when the service starts. */
export const readableFolder = () => text('a folder that can be read', isReadableFolder);
