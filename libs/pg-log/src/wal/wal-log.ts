import type pg from 'pg';
import type { Executor, LogEntry } from '../entry.js';
import type { LogReader, ReaderOptions } from '../reader-options.js';
import { LogError } from '../errors.js';
import type { Numbering } from '../numbered-append.js';
import { connectionOf, Session } from '../session.js';
import { lsnOf } from './lsn.js';
import { Slot, type SlotState } from './slot.js';
import { walAppends } from './wal-append.js';
import { WalReader } from './wal-reader.js';

/** Where a log in the WAL lies, and how much of it may wait. */
export interface WalLogOptions {
  /** The database; its role may replicate. Readers open connections of their own with its settings. */
  readonly pool: pg.Pool;
  /** Schema of what is kept in tables: lower-case letters, digits and `_`, at most 48 characters. */
  readonly schema: string;
  /**
   * Appends are refused while more WAL than this is not confirmed. All that the server writes counts,
   * for other databases too. Not more than half of `max_slot_wal_keep_size`.
   * @default 1 GiB
   */
  readonly maxBytes?: number;
  /** As of a PgLog in the same schema, with the same numbers. @default no numbers */
  readonly numbering?: Numbering;
}

/** What is committed and not confirmed. */
export interface WalBacklog {
  /** Entries, as far as they are looked at; not a number when nobody reads. */
  readonly depth: number;
  /** Seconds since the commit of the oldest; not a number when nobody reads. */
  readonly oldestAgeSeconds: number;
}

/**
 * A log that is nowhere but in the WAL: entries are messages of the caller's transaction, read through
 * a replication slot in the order of commits by one reader at a time. Nothing is written to a table,
 * and nothing is kept once it is confirmed. Safe for concurrent use.
 */
export class WalLog {
  readonly #pool: pg.Pool;
  readonly #schema: string;
  readonly #slot: Slot;
  readonly #numbering: Numbering | undefined;
  readonly #append: ReturnType<typeof walAppends>;
  readonly #looking: Session;
  #reader: WalReader | undefined;

  /** @throws LogError SCHEMA_INVALID */
  constructor({ pool, schema, maxBytes = 1024 ** 3, numbering }: WalLogOptions) {
    if (!/^[a-z_][a-z0-9_]{0,47}$/.test(schema)) {
      throw new LogError(
        'SCHEMA_INVALID',
        `The schema of a log is lower-case letters, digits and _, at most 48, not starting with a digit; got "${schema}"`,
      );
    }
    this.#pool = pool;
    this.#schema = schema;
    this.#slot = new Slot({ schema, maxBytes, numbered: numbering !== undefined });
    this.#numbering = numbering;
    this.#append = walAppends(schema, numbering !== undefined);
    this.#looking = new Session(connectionOf(pool, ''));
  }

  /**
   * Makes the slot exist, and what is kept beside it. A new slot waits for the transactions that are
   * under way on the server. Idempotent, safe at once from several processes.
   * @throws LogError SERVER_UNFIT that lists every fault
   */
  install(): Promise<void> {
    return this.#slot.install(this.#pool);
  }

  /**
   * Appends in the caller's transaction, in one statement. Order within a key holds as for a PgLog.
   * @throws LogError ENTRY_INVALID
   * @throws pg.DatabaseError with a code of REFUSED when the WAL that waits is at its bound, or the slot is lost
   */
  async append(executor: Executor, entries: readonly LogEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const { text, values } = entries.length === 1 ? this.#append.one : this.#append.many;
    await executor.query(text, values(entries));
  }

  /** Does nothing: a commit reaches the reader by itself. */
  wake(): void {}

  /** One of several that may have the slot; the log must be installed. */
  reader(options: Omit<ReaderOptions, 'group' | 'from'>): LogReader {
    const { streams, ephemeral } = options;
    if (streams !== undefined || ephemeral === true)
      throw new TypeError('A log in the WAL is read whole, by one group');
    const header = this.#numbering?.header;
    const around = { pool: this.#pool, schema: this.#schema, slot: this.#slot, header };
    return (this.#reader = new WalReader(options, around));
  }

  /** How the slot is; what a person may have to know of it. @throws LogError SLOT_LOST when it is not installed */
  state(): Promise<SlotState> {
    return this.#slot.state(this.#look);
  }

  /** As the one that reads knows it; where that is another process, as it was noted a moment ago. */
  async backlog(): Promise<WalBacklog> {
    const text = 'select pg_current_wal_flush_lsn()::text as lsn, clock_timestamp() as now';
    const [end] = await this.#looking.query<{ lsn: string; now: Date }>({ text });
    const found =
      (end && (await this.#reader?.unconfirmed(lsnOf(end.lsn)))) ??
      (await this.#slot.noted(this.#look));
    if (end === undefined || found === undefined) return { depth: NaN, oldestAgeSeconds: NaN };
    const ageMs = found.since === undefined ? 0 : end.now.getTime() - found.since.getTime();
    return { depth: found.count, oldestAgeSeconds: Math.max(0, ageMs) / 1000 };
  }

  /**
   * Makes a new slot after a loss; appends are taken again. What may be missing is kept in the table `wal_loss`.
   * Does nothing when nothing is lost.
   * @throws LogError SERVER_UNFIT
   */
  reset(by: string): Promise<{ readonly reset: boolean }> {
    return this.#slot.reset(this.#pool, by);
  }

  /** Whether it was installed and not dropped since. */
  isInstalled(): Promise<boolean> {
    return this.#slot.isInstalled(this.#pool);
  }

  /** Refuses appends; fulfils when every transaction that has appended is over. What is there is read nevertheless. */
  seal(): Promise<void> {
    return this.#slot.seal(this.#pool);
  }

  /**
   * Ends the log: nothing is kept for it any more, appends are refused. Its readers must have ended. False: it is
   * sealed, and something of it is unconfirmed.
   */
  drop(): Promise<boolean> {
    return this.#slot.drop(this.#pool);
  }

  readonly #look = <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
    this.#looking.query<Row>({ text, values });

  /** Closes the log's own connection; the pool is the caller's. Readers must have ended. Idempotent. */
  close(): Promise<void> {
    return this.#looking.close();
  }
}
