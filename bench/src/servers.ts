import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@mesh/tools/postgres';
import { startKafka } from '@mesh/tools/servers/kafka';
import { startRabbitMq, type RabbitMqOptions } from '@mesh/tools/servers/rabbitmq';
import pg from 'pg';

type Stop = () => Promise<void>;

/** Servers of the bench's own, on free ports, with their data in a folder that goes away. */
export class Servers {
  readonly #folder = mkdtempSync(join(tmpdir(), 'mesh-bench-'));
  readonly #stops: Stop[] = [];
  #postgres: ReturnType<typeof startPostgres> | undefined;
  #kafka: ReturnType<typeof startKafka> | undefined;
  #rabbitMq: ReturnType<typeof startRabbitMq> | undefined;
  #stopping: Promise<void> | undefined;

  /** Runs `work`, then stops what it started, also after an error and when asked to end. */
  static async use(work: (servers: Servers) => Promise<void>): Promise<void> {
    const servers = new Servers();
    const end = () => {
      // What the work under way then misses.
      process.on('unhandledRejection', () => {});
      void servers.#stop().finally(() => process.exit(130));
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end);
    try {
      await work(servers);
    } finally {
      await servers.#stop();
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, end);
    }
  }

  /** Calls it before the servers stop, the last one first. */
  before(stop: Stop): void {
    this.#stops.unshift(stop);
  }

  /** URL of a new database. PostgreSQL forces every commit to disk, as in production. */
  async database(name: string): Promise<string> {
    this.#postgres ??= startPostgres({ dataDir: join(this.#folder, 'postgres') });
    const server = await this.#postgres;
    const client = new pg.Client({ connectionString: server.url() });
    await client.connect();
    await client.query(`create database "${name}"`);
    await client.end();
    return server.url(name);
  }

  /** A pool on a new database. */
  async pool(database: string, max = 10): Promise<pg.Pool> {
    const pool = new pg.Pool({ connectionString: await this.database(database), max });
    // The pool's end does not wait for its connections', which then find the server stopping.
    pool.on('error', () => {});
    this.before(() => pool.end());
    return pool;
  }

  async kafka(): Promise<string> {
    this.#kafka ??= startKafka({ dataDir: join(this.#folder, 'kafka') });
    return (await this.#kafka).brokers;
  }

  async rabbitMq(options: Pick<RabbitMqOptions, 'plugins'> = {}): Promise<string> {
    this.#rabbitMq ??= startRabbitMq({ dataDir: join(this.#folder, 'rabbitmq'), ...options });
    return (await this.#rabbitMq).url;
  }

  private constructor() {
    // PostgreSQL runs under another account when this is root.
    chmodSync(this.#folder, 0o711);
  }

  #stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    for (const stop of this.#stops) await stop().catch(() => {});
    const started = [this.#postgres, this.#kafka, this.#rabbitMq];
    await Promise.allSettled(started.map(async (server) => (await server)?.stop()));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
