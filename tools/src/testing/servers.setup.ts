import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startPostgres } from '../postgres/index.js';
import { startKafka } from '../servers/kafka.js';
import { startRabbitMq } from '../servers/rabbitmq.js';
import { ServerError } from '../servers/server-error.js';
import { banner } from './banner.js';

interface Server {
  /** How the tests learn its address. One that is set already is used as it is. */
  readonly variable: string;
  readonly start: (folder: string) => Promise<{ address: string; stop(): Promise<void> }>;
  /** Started for test files with such a path, and for those that name the variable. */
  readonly neededBy: RegExp;
}

const servers: readonly Server[] = [
  {
    variable: 'TEST_DATABASE_URL',
    start: async (folder) => {
      const server = await startPostgres({ dataDir: join(folder, 'postgres'), durable: false });
      return { address: server.url(), stop: () => server.stop() };
    },
    neededBy: /\.int\.spec\.ts$|\/apps\/(?!e2e\/)[^/]+\/test\//,
  },
  {
    variable: 'TEST_KAFKA_BROKERS',
    start: async (folder) => {
      const server = await startKafka({ dataDir: join(folder, 'kafka') });
      return { address: server.brokers, stop: () => server.stop() };
    },
    neededBy: /\/kafka\//,
  },
  {
    variable: 'TEST_AMQP_URL',
    start: async (folder) => {
      const server = await startRabbitMq({ dataDir: join(folder, 'rabbitmq') });
      return { address: server.url, stop: () => server.stop() };
    },
    neededBy: /\/(amqp|rabbitmq)\//,
  },
];

/**
 * Global setup of the integration project: starts the servers that the chosen test files need, on
 * free ports of loopback, and tells the workers by environment variables. One that can't be started
 * here leaves its variable unset and says so loudly; with CI=true that is a failure.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const files = project.vitest.state.getPaths().filter((file) => project.matchesTestGlob(file));
  const wanted = servers.filter(
    (server) => !process.env[server.variable] && isNeeded(server, files),
  );
  const folder = mkdtempSync(join(tmpdir(), 'mesh-test-'));
  // PostgreSQL runs under another account when this is root.
  chmodSync(folder, 0o711);
  const outcomes = await Promise.allSettled(wanted.map((server) => start(server, folder)));
  const stopAll = async () => {
    for (const { variable } of wanted) delete process.env[variable];
    await Promise.all(
      outcomes.map((one) => (one.status === 'fulfilled' ? one.value() : undefined)),
    );
    rmSync(folder, { recursive: true, force: true });
  };
  const failed = outcomes.find((one) => one.status === 'rejected');
  if (!failed) return stopAll;
  await stopAll();
  throw failed.reason;
}

function isNeeded({ neededBy, variable }: Server, files: readonly string[]): boolean {
  return files.some((file) => neededBy.test(file) || readFileSync(file, 'utf8').includes(variable));
}

async function start(server: Server, folder: string): Promise<() => Promise<void>> {
  try {
    const { address, stop } = await server.start(folder);
    process.env[server.variable] = address;
    return stop;
  } catch (error) {
    const optional = error instanceof ServerError && error.code === 'SERVER_MISSING';
    if (!optional || process.env.CI === 'true') throw error;
    console.error(banner(`${error.message}. The tests that need it are skipped.`));
    return async () => {};
  }
}
