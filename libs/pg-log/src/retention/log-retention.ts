import type pg from 'pg';
import type { RetentionOptions, RetentionReport, RetentionStatus } from './retention-options.js';
import { segmentStatements } from './segment-statements.js';

const HOUR_MS = 3_600_000;
const MiB = 1024 * 1024;
const LOCK_NOT_AVAILABLE = '55P03';
/** A transaction that is open for longer will not end within the time for which a lock is waited for. */
const LONG_OPEN_MS = 200;
/** A segment is closed at this part of the time or the size, so that so much more is kept at most. */
const PART = 4;

interface Closed {
  readonly lower: string;
  readonly upper: string;
  readonly closedAt: Date;
  readonly bytes: number;
}

interface Look {
  readonly seen: string;
  readonly unread: readonly string[];
}

/**
 * Keeps a log bounded: makes segments ahead and drops old ones whole. Safe at once from several processes,
 * of which one at a time does it; appends and reads wait for milliseconds, and never fail for it.
 *
 * What a group has not finished stays, unless `keepUnreadMs` or `maxUnreadBytes` say otherwise. A
 * transaction that appended and is left open keeps the list of segments as it is; the last one grows then.
 */
export class LogRetention {
  readonly #pool: pg.Pool;
  readonly #schema: string;
  readonly #sql: ReturnType<typeof segmentStatements>;
  readonly #options: Required<Omit<RetentionOptions, 'now'>> & Pick<RetentionOptions, 'now'>;

  constructor(pool: pg.Pool, schema: string, options: RetentionOptions) {
    this.#pool = pool;
    this.#schema = schema;
    this.#sql = segmentStatements(schema);
    this.#options = {
      keepMs: HOUR_MS,
      maxBytes: 32 * MiB,
      keepUnreadMs: Infinity,
      maxUnreadBytes: Infinity,
      groups: [],
      segmentSize: 65_536,
      ahead: 8,
      ...options,
    };
  }

  /** Does what is due; undefined when another process is at it. */
  async run(): Promise<RetentionReport | undefined> {
    const client = await this.#pool.connect();
    let failed = true;
    try {
      const lock = [`retention ${this.#schema}`];
      const locked = await client.query<{ locked: boolean }>(
        'select pg_try_advisory_lock(hashtextextended($1, 0)) as locked',
        lock,
      );
      const mine = locked.rows[0]?.locked === true;
      const report = mine ? await this.#run(client) : undefined;
      if (mine) await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', lock);
      failed = false;
      return report;
    } finally {
      // With the connection goes the lock.
      client.release(failed);
    }
  }

  /** How large the log is; costs a look at each segment's files. */
  async status(on: Pick<pg.PoolClient, 'query'> = this.#pool): Promise<RetentionStatus> {
    const { rows } = await on.query<RetentionStatus>(this.#sql.status);
    return rows[0]!;
  }

  async #run(client: pg.PoolClient): Promise<RetentionReport> {
    await this.#dropDetached(client);
    await this.#pass(client);
    const postponed: string[] = [];
    const made = (await this.#isShort(client))
      ? ((await this.#change(client, postponed, () => this.#extend(client))) ?? 0)
      : 0;
    const { next, now } = await this.#next(client);
    await client.query(this.#sql.close, [next, now]);
    const { due, seen, lost, heldBackBy } = await this.#due(client, now);
    const last = due.at(-1);
    let dropped = 0;
    if (last !== undefined) {
      const detach = this.#sql.detach(BigInt(last.upper), seen);
      const done = await this.#change(client, postponed, () => client.query(detach));
      if (done !== undefined) dropped = await this.#dropDetached(client);
    }
    await client.query(this.#sql.ran, [now]);
    return {
      ...{ made, dropped, heldBackBy },
      lost: dropped > 0 ? lost : [],
      status: await this.status(client),
      ...(postponed[0] !== undefined && { postponed: postponed[0] }),
    };
  }

  /** Notes which segments the log has reached; leaves the present one when it is old or large. */
  async #pass(client: pg.PoolClient): Promise<void> {
    const { next, now } = await this.#next(client);
    await client.query(this.#sql.open, [next, now]);
    const { rows } = await client.query<{
      readonly name: string;
      readonly upper: string | null;
      readonly openedAt: Date | null;
      readonly bytes: number;
    }>(this.#sql.current, [next]);
    const current = rows[0];
    const { keepMs, maxBytes } = this.#options;
    const isOver =
      current?.openedAt &&
      (now.getTime() - current.openedAt.getTime() > keepMs / PART ||
        current.bytes > maxBytes / PART);
    if (isOver && current.upper !== null)
      await client.query(this.#sql.skip, [Number(BigInt(current.upper) - BigInt(next))]);
  }

  async #next(client: pg.PoolClient): Promise<{ next: string; now: Date }> {
    const { rows } = await client.query<{ next: string; now: Date }>(this.#sql.next);
    const { next, now } = rows[0]!;
    return { next, now: this.#options.now?.() ?? now };
  }

  /** Fewer than half of the segments ahead are left. */
  async #isShort(client: pg.PoolClient): Promise<boolean> {
    const { next } = await this.#next(client);
    const { rows } = await client.query<{ ahead: number }>(this.#sql.ahead, [next]);
    return (rows[0]?.ahead ?? 0) < this.#options.ahead / 2;
  }

  async #extend(client: pg.PoolClient): Promise<number> {
    const { ahead, segmentSize } = this.#options;
    await client.query(this.#sql.extend(ahead, segmentSize));
    return ahead;
  }

  /** The oldest closed segments that may go: up to the first one that may not. */
  async #due(client: pg.PoolClient, now: Date) {
    const { keepMs, maxBytes, keepUnreadMs, maxUnreadBytes, groups } = this.#options;
    const { rows } = await client.query<Closed>(this.#sql.closed);
    let bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
    const due: Closed[] = [];
    const lost = new Map<string, number>();
    let [seen, heldBackBy]: [string, readonly string[]] = ['', []];
    for (const segment of rows) {
      const ageMs = now.getTime() - segment.closedAt.getTime();
      if (ageMs <= keepMs && bytes <= maxBytes) break;
      const { lower, upper } = segment;
      const looked = await client.query<Look>(this.#sql.unread, [lower, upper, groups]);
      const { seen: snapshot, unread } = looked.rows[0]!;
      if (unread.length > 0 && ageMs <= keepUnreadMs && bytes <= maxUnreadBytes) {
        heldBackBy = unread;
        break;
      }
      if (due.length === 0) seen = snapshot;
      for (const group of unread) lost.set(group, (lost.get(group) ?? 0) + 1);
      bytes -= segment.bytes;
      due.push(segment);
    }
    const losses = [...lost].map(([group, segments]) => ({ group, segments }));
    return { due, seen, heldBackBy, lost: losses };
  }

  /** Changes the list of segments, unless that would have to wait; it is tried again at the next run. */
  async #change<T>(
    client: pg.PoolClient,
    postponed: string[],
    change: () => Promise<T>,
  ): Promise<T | undefined> {
    const { rows } = await client.query<{ openMs: number }>(this.#sql.holder);
    const openMs = rows[0]?.openMs ?? 0;
    if (openMs > LONG_OPEN_MS) {
      postponed.push(`a transaction that uses the log is open for ${Math.round(openMs)} ms`);
      return undefined;
    }
    try {
      return await change();
    } catch (error) {
      if ((error as { code?: unknown }).code !== LOCK_NOT_AVAILABLE) throw error;
      postponed.push('the log was in use');
      return undefined;
    }
  }

  async #dropDetached(client: pg.PoolClient): Promise<number> {
    const { rows } = await client.query<{ name: string }>(this.#sql.detached);
    for (const { name } of rows) await client.query(this.#sql.drop(name));
    return rows.length;
  }
}
