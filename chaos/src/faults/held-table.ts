import pg from 'pg';
import { lasting } from './lasting.js';

/** A lock is not waited for any longer: those who come later would wait behind it. */
const LOCK_MS = 3_000;
const LOOK_MS = 20;

/** A session that waits for the held table, or for what another session has under way. */
export interface Waiting {
  readonly pid: number;
  /** Its client's port, as the server sees it: tells whose it is. */
  readonly port: number;
}

/**
 * A table that nobody can write: every transaction stops where it would, with all that it did before still
 * open. So a fault hits work that is under way at a known place, not one that may be there by chance.
 */
export class HeldTable {
  readonly #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  /** Undefined when there is no such table, it can't be had now, or the database is away. */
  static async hold(url: string, table: string): Promise<HeldTable | undefined> {
    const client = new pg.Client({ connectionString: url, query_timeout: LOCK_MS * 2 });
    // Another fault may end the server meanwhile: then nothing is held any more.
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query(`set lock_timeout = ${LOCK_MS}`);
      await client.query('begin');
      await client.query(`lock table ${table} in exclusive mode`);
      return new HeldTable(client);
    } catch {
      await client.end().catch(() => undefined);
      return undefined;
    }
  }

  /** Those who wait for it, of these ports. */
  async waiting(ports: readonly number[]): Promise<readonly Waiting[]> {
    return this.#behind('select pg_backend_pid()', ports);
  }

  /** Fulfilled when somebody of these ports waits for it; false after the time, or when the signal comes. */
  async untilWaiting(
    ports: () => readonly number[],
    withinMs: number,
    signal: AbortSignal,
  ): Promise<boolean> {
    return until(async () => (await this.waiting(ports())).length > 0, withinMs, signal);
  }

  /** Fulfilled when somebody waits for what the sessions of these ports have under way; false as above. */
  async untilBehind(
    ports: readonly number[],
    withinMs: number,
    signal: AbortSignal,
  ): Promise<boolean> {
    const theirs = `select pid from pg_stat_activity where client_port = any('{${ports.join()}}')`;
    return until(async () => (await this.#behind(theirs)).length > 0, withinMs, signal);
  }

  /** As happens to the sessions of a machine that is gone. */
  async end(sessions: readonly Waiting[]): Promise<void> {
    await this.#ask('select pg_terminate_backend(pid) from unnest($1::int[]) as pid', [
      sessions.map(({ pid }) => pid),
    ]);
  }

  /** Lets all go on; looks are possible until `close`. */
  async letGo(): Promise<void> {
    await this.#ask('commit', []);
  }

  /** Idempotent. */
  async close(): Promise<void> {
    await this.#client.end().catch(() => undefined);
  }

  async #behind(whom: string, ports?: readonly number[]): Promise<readonly Waiting[]> {
    // Within a transaction the server tells of sessions as they were when first asked.
    await this.#ask('select pg_stat_clear_snapshot()', []);
    return this.#ask<Waiting>(
      `select pid, client_port as port from pg_stat_activity
       where pg_blocking_pids(pid) && array(${whom}) and ($1::int[] is null or client_port = any($1))`,
      [ports ?? null],
    );
  }

  async #ask<Row extends object>(text: string, values: unknown[]): Promise<readonly Row[]> {
    try {
      return (await this.#client.query<Row>(text, values)).rows;
    } catch {
      return [];
    }
  }
}

async function until(
  look: () => Promise<boolean>,
  withinMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline && !signal.aborted) {
    if (await look()) return true;
    await lasting(LOOK_MS, signal);
  }
  return false;
}
