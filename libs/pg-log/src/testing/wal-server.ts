import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type Postgres } from '@mesh/tools/postgres';
import pg from 'pg';
import { expect } from 'vitest';
import { WalLog, type WalLogOptions } from '../wal/wal-log.js';

/** A server of a test's own, because everything that is written on one counts for its slots. */
export class WalServer {
  readonly #folder = mkdtempSync(join(tmpdir(), 'wal-'));
  readonly #ends: (() => Promise<unknown>)[] = [];
  #server: Postgres | undefined;
  #port: number | undefined;

  static async start(settings: Readonly<Record<string, string>> = {}): Promise<WalServer> {
    const server = new WalServer(settings);
    // PostgreSQL runs under another account when this is root.
    chmodSync(server.#folder, 0o711);
    await server.start();
    return server;
  }

  private constructor(private readonly settings: Readonly<Record<string, string>>) {}

  get postgres(): Postgres {
    if (this.#server === undefined) throw new Error('The server was not started');
    return this.#server;
  }

  /** Again after a stop or a kill, on the same port and data. */
  async start(): Promise<void> {
    const dataDir = join(this.#folder, 'data');
    const port = this.#port;
    const { settings } = this;
    this.#server = await startPostgres({
      ...{ dataDir, durable: false, settings },
      ...(port !== undefined && { port }),
    });
    this.#port = this.#server.port;
  }

  /** A new database and a log in its WAL, installed. */
  async openLog(options: Partial<WalLogOptions> = {}): Promise<TestWalLog> {
    const name = `wal_${randomBytes(4).toString('hex')}`;
    const admin = this.pool('postgres');
    await admin.query(`create database ${name}`);
    const pool = this.pool(name);
    const log = this.log(pool, options);
    await log.install();
    return { name, pool, log };
  }

  log(pool: pg.Pool, options: Partial<WalLogOptions> = {}): WalLog {
    const log = new WalLog({ pool, schema: 'test_log', ...options });
    this.#ends.push(() => log.close());
    return log;
  }

  pool(database: string, role?: { readonly user: string; readonly password: string }): pg.Pool {
    const url = new URL(this.postgres.url(database));
    if (role !== undefined) Object.assign(url, { username: role.user, password: role.password });
    const pool = new pg.Pool({ connectionString: url.href, max: 20 });
    pool.on('error', () => undefined);
    pool.on('connect', (client) => client.on('error', () => undefined));
    this.#ends.push(() => pool.end());
    return pool;
  }

  /** Readers must have ended. */
  async close(): Promise<void> {
    for (const end of this.#ends.reverse()) await end().catch(() => undefined);
    await this.#server?.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export interface TestWalLog {
  readonly name: string;
  readonly pool: pg.Pool;
  readonly log: WalLog;
}

/** So many bytes of WAL pass, written by nobody in particular. */
export async function writeWal(pool: pg.Pool, segments: number): Promise<void> {
  for (let n = 0; n < segments; n++) {
    await pool.query(`select pg_logical_emit_message(false, 'filler', 'x')`);
    await pool.query('select pg_switch_wal()');
  }
}

/** Waits until it holds; for what takes longer than a moment. */
export function soon<Value>(read: () => Value) {
  return expect.poll(read, { timeout: 20_000, interval: 10 });
}
