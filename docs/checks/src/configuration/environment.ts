/** A variable that is read outside of the schemas of services: by the launcher, tests, command lines. */
export interface Variable {
  readonly name: string;
  readonly what: string;
  /** Files or folders that read it. */
  readonly readBy: readonly string[];
}

const variable = (name: string, what: string, ...readBy: string[]): Variable => ({
  name,
  what,
  readBy,
});

const testing = 'tools/src/testing';

/** Every one of them; a test holds the list against the code. */
export const environment: readonly Variable[] = [
  variable(
    'PORT',
    'Port of the page and the API; the next free one when it is taken, 0 for any. Default 3000',
    'tools/src/launcher',
  ),
  variable('HOST', 'Where the gateway listens. Default 127.0.0.1', 'tools/src/launcher'),
  variable(
    'MESH_DIR',
    'Folder of data, keys, mailbox and logs; one mesh at a time in it. Default `.mesh`',
    'tools/src',
    'cli/src',
  ),
  variable('MESH_PROFILE', '`embedded` or `brokers`', 'tools/src/launcher'),
  variable(
    'DATABASE_URL',
    'A PostgreSQL of your own, as a user who may create databases, instead of the embedded one',
    'tools/src/launcher',
  ),
  variable(
    'KAFKA_BROKERS',
    'With the profile `brokers`: host:port, several separated by commas',
    'tools/src/launcher',
    'cli/src',
  ),
  variable(
    'AMQP_URL',
    'With the profile `brokers`: the URL of RabbitMQ',
    'tools/src/launcher',
    'cli/src',
  ),
  variable(
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    'A collector of your own',
    'tools/src/launcher',
    'libs/tracing/src',
  ),
  variable(
    'MESH_TOKEN',
    'A token with the role operator, for `npm run mesh`; in development one is signed for you',
    'cli/src',
  ),
  variable('CI', '`true`: a test that is skipped counts as failed', 'tools/src', testing),
  variable(
    'MESH_TEST_SEED',
    'Of every choice that tests make by chance, to make the same again; printed by each run',
    'tools/src',
    'vitest.config.ts',
  ),
  variable(
    'MESH_TEST_SCALE',
    '`heavy`: conformance at its heavy counts, as `npm run test:faults` sets it',
    'tools/src',
  ),
  variable('MESH_CHROMIUM', 'A Chromium of your own for the tests of the page', 'apps/e2e/src'),
  variable(
    'MESH_ROLLING_MINUTES',
    'How long the rolling update of `npm run check:rolling` goes on; set by it',
    'apps/e2e/src',
  ),
  variable(
    'MESH_PARENT',
    'The process that started a tool, which ends with it; set by `tools/run.mjs`',
    'tools',
  ),
  variable(
    'TEST_DATABASE_URL',
    'A PostgreSQL of your own for tests, instead of the embedded one',
    testing,
  ),
  variable('TEST_KAFKA_BROKERS', 'Kafka of the tests; set by what starts it', testing),
  variable('TEST_AMQP_URL', 'RabbitMQ of the tests; set by what starts it', testing),
];
