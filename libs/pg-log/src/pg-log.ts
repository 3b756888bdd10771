import type pg from 'pg';
import { appendOneStatement, appendOneValues, appendStatement, appendValues } from './append.js';
import { Doorbell } from './doorbell.js';
import type { Executor, LogEntry } from './entry.js';
import { LogError } from './errors.js';
import { GroupHistory } from './group-history.js';
import {
  groupState,
  planReset,
  resetGroup,
  type GroupState,
  type ResetPlan,
} from './group-reset.js';
import { installLog } from './install.js';
import {
  numberedAppendOneStatement,
  numberedAppendOneValues,
  numberedAppendStatement,
  numberedAppendValues,
  type Numbering,
} from './numbered-append.js';
import { openReader } from './open-reader.js';
import { READ_SETTINGS } from './read-statements.js';
import type { LogReader, ReaderOptions } from './reader-options.js';
import { LogRetention } from './retention/log-retention.js';
import { RetentionLoop, type RetentionLoopOptions } from './retention/retention-loop.js';
import type { RetentionOptions } from './retention/retention-options.js';
import { connectionOf, Session } from './session.js';

/** Where a log lies, and how it is divided. */
export interface PgLogOptions {
  /** The database; readers open connections of their own with its settings. */
  readonly pool: pg.Pool;
  /** Schema that holds the log: lower-case letters, digits and `_`, at most 48 characters. */
  readonly schema: string;
  /**
   * Key-hash partitions: the most readers of one group that can share the work. Fixed once installed.
   * @default 16
   */
  readonly partitions?: number;
  /**
   * All who read this log are members of one group. While this process is the group's only member it
   * notifies nobody: a statement and a commit less for each wake. @default false
   */
  readonly singleGroup?: boolean;
  /**
   * Numbers entries within their stream and key, from 1 and without gaps: in the statement of the append,
   * under a lock on the key that is kept until the commit. Each entry needs a key then. Costs an update of
   * one row a key. @default no numbers
   */
  readonly numbering?: Numbering;
}

/** One append-only log in one schema of a PostgreSQL (15 or newer) database. Safe for concurrent use. */
export class PgLog {
  readonly #pool: pg.Pool;
  readonly #schema: string;
  readonly #partitions: number;
  readonly #numbered: boolean;
  readonly #append: string;
  readonly #appendOne: string;
  readonly #singleGroup: boolean;
  readonly #doorbell: Doorbell;
  /** Listens, notifies, keeps leases and commits cursors; opened when first needed. */
  readonly #control: Session;
  /** Looks at what groups have read, which may take long; opened when first needed. */
  readonly #looking: Session;

  /** @throws LogError SCHEMA_INVALID */
  constructor({ pool, schema, partitions = 16, singleGroup = false, numbering }: PgLogOptions) {
    if (!/^[a-z_][a-z0-9_]{0,47}$/.test(schema)) {
      throw new LogError(
        'SCHEMA_INVALID',
        `The schema of a log is lower-case letters, digits and _, at most 48, not starting with a digit; got "${schema}"`,
      );
    }
    this.#pool = pool;
    this.#schema = schema;
    this.#partitions = partitions;
    this.#numbered = numbering !== undefined;
    this.#append = numbering ? numberedAppendStatement(schema, numbering) : appendStatement(schema);
    this.#appendOne = numbering
      ? numberedAppendOneStatement(schema, numbering)
      : appendOneStatement(schema);
    this.#control = new Session(
      connectionOf(pool, '-c synchronous_commit=off'),
      (client) => this.#doorbell.listen(client),
      () => this.#doorbell.lost(),
    );
    this.#looking = new Session(connectionOf(pool, READ_SETTINGS));
    this.#doorbell = new Doorbell(schema, this.#control);
    this.#singleGroup = singleGroup;
  }

  /**
   * Makes the tables exist. Idempotent, safe at once from several processes.
   * @throws LogError PARTITIONS_DIFFER when the log was installed with another number of partitions
   */
  install(): Promise<void> {
    return installLog(this.#pool, {
      schema: this.#schema,
      partitions: this.#partitions,
      numbered: this.#numbered,
    });
  }

  /**
   * Appends in the caller's transaction, in one statement. Order within a key holds for entries
   * that are appended one after the other: by one transaction, or by several that take the same
   * lock before (the lock on the aggregate's row). Call {@link wake} after the commit.
   * @throws LogError ENTRY_INVALID
   */
  async append(executor: Executor, entries: readonly LogEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const { text, values } = this.#statement(entries);
    await executor.query(text, values);
  }

  /**
   * Appends in a transaction of its own, on disk when it fulfils, and wakes the readers of these streams.
   * @throws LogError ENTRY_INVALID
   */
  async appendNow(entries: readonly LogEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const statement = this.#statement(entries);
    const streams = [...new Set(entries.map(({ stream }) => stream))];
    const announcement = this.#doorbell.announcement(streams);
    if (announcement === undefined) {
      await this.#pool.query(statement);
      this.#doorbell.ring(streams);
    } else {
      await this.#queryBoth(statement, announcement);
      this.#doorbell.ringHere(streams);
    }
  }

  /** On a pipelined pool the second one is at the server before the first one is answered. */
  async #queryBoth(first: pg.QueryConfig, second: pg.QueryConfig): Promise<void> {
    const client = await this.#pool.connect();
    let failure: unknown;
    try {
      const answers = [client.query(first), client.query(second).catch(() => undefined)];
      await Promise.all(answers);
    } catch (error) {
      throw (failure = error);
    } finally {
      client.release(failure !== undefined);
    }
  }

  /**
   * Says that something was committed, in these streams or in any: readers of this process look at
   * once, those of others are notified soon. Without it they find it by their poll.
   */
  wake(streams?: readonly string[]): void {
    this.#doorbell.ring(streams);
  }

  /** A member of a group; the log must be installed. */
  reader(options: ReaderOptions): LogReader {
    return openReader(options, {
      schema: this.#schema,
      partitions: this.#partitions,
      pool: this.#pool,
      control: this.#control,
      doorbell: this.#doorbell,
      singleGroup: this.#singleGroup,
    });
  }

  /** What a group has finished of these streams, which are all that it reads; the log must be installed. */
  history(group: string, streams: readonly string[] | null = null): GroupHistory {
    return new GroupHistory(this.#looking, { schema: this.#schema, group, streams });
  }

  /** What keeps the log bounded when it is run from time to time; the log must be installed. */
  retention(options: RetentionOptions = {}): LogRetention {
    return new LogRetention(this.#pool, this.#schema, options);
  }

  /** Runs {@link retention} now and then, until it is stopped: before the pool is ended. */
  retain(options: RetentionLoopOptions = {}): RetentionLoop {
    return new RetentionLoop(this.retention(options), options);
  }

  /** Key-hash partitions, from 0. */
  get partitions(): number {
    return this.#partitions;
  }

  /** Where a group stands. @throws LogError GROUP_UNKNOWN */
  groupState(group: string): Promise<GroupState> {
    return groupState(this.#pool, this.#schema, group);
  }

  /** What a {@link resetGroup} would be about. Reads the whole log. */
  planReset(group: string): Promise<ResetPlan> {
    return planReset(this.#pool, this.#schema, group);
  }

  /**
   * Binds a group that refuses with CURSOR_FOREIGN to this database, in the caller's transaction: from
   * the `start` it reads everything that is kept again, from the `end` only what commits from now on.
   * @throws LogError CURSOR_OWN when the cursor belongs to this database; GROUP_UNKNOWN
   */
  resetGroup(executor: Executor, group: string, from: 'start' | 'end'): Promise<void> {
    return resetGroup(executor, { schema: this.#schema, group, from });
  }

  /** Forgets a group with its cursors. Its readers must have ended. */
  async dropGroup(group: string): Promise<void> {
    await this.#pool.query(`delete from "${this.#schema}".consumer_group where name = $1`, [group]);
  }

  #statement(entries: readonly LogEntry[]): { name: string; text: string; values: unknown[] } {
    const [first, second] = entries;
    const partitions = this.#partitions;
    if (first !== undefined && second === undefined) {
      const valuesOf = this.#numbered ? numberedAppendOneValues : appendOneValues;
      return { name: 'log-append-one', text: this.#appendOne, values: valuesOf(first, partitions) };
    }
    const valuesOf = this.#numbered ? numberedAppendValues : appendValues;
    return { name: 'log-append', text: this.#append, values: valuesOf(entries, partitions) };
  }

  /** Closes the log's own connections; the pool is the caller's. Readers must have ended. Idempotent. */
  async close(): Promise<void> {
    await this.#doorbell.stop();
    await this.#control.close();
    await this.#looking.close();
  }
}
