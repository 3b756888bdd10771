import type pg from 'pg';
import { LogError } from '../errors.js';
import { SERVER_STATEMENT } from '../group-statements.js';
import { beginNumberingStatement, numberingSchemaStatements } from '../numbered-append.js';
import { checkServer } from './server-check.js';
import { slotStatements } from './slot-statements.js';
import { walSchemaStatements } from './wal-schema.js';

/** What is known of a log's slot. Bytes are of WAL, of everything that the server writes. */
export interface SlotState {
  readonly slot: string;
  /** Why it was lost: events that committed after `confirmedAt` may be missing. Appends are refused until a reset. */
  readonly lost: string | null;
  /** Everything before is confirmed. */
  readonly confirmed: string;
  readonly confirmedAt: Date;
  /** Written since then. */
  readonly waitingBytes: number;
  readonly maxBytes: number;
  /** Appends are refused because one of the bounds is reached. */
  readonly full: boolean;
  /** What the server keeps for the slot; more than `waitingBytes` while a transaction is left open. */
  readonly keptBytes: number | null;
  /** What may be written until the server gives the slot up; null when it never does. */
  readonly safeBytes: number | null;
  /** Of `pg_replication_slots`: reserved, extended, unreserved or lost. */
  readonly walStatus: string | null;
  /** A reader is connected. */
  readonly active: boolean;
}

interface StateRow {
  readonly name: string;
  readonly server: string;
  readonly lost: string | null;
  readonly confirmed: string;
  readonly confirmed_at: Date;
  readonly max_bytes: string;
  readonly owner: string | null;
  readonly leased: boolean;
  readonly there: boolean;
  readonly wal_status: string | null;
  readonly active: boolean | null;
  readonly flushed: string | null;
  readonly safe_bytes: string | null;
  readonly waiting_bytes: string;
  readonly kept_bytes: string | null;
  readonly full: boolean;
  /** This server and database. */
  readonly here: string;
}

/** Runs statements; a pool's client, or a session. */
type Run = <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) => Promise<Row[]>;

/** The replication slot of a log, and the row that says what it must be. */
export class Slot {
  readonly #sql: ReturnType<typeof slotStatements>;

  constructor(
    private readonly options: {
      readonly schema: string;
      readonly maxBytes: number;
      readonly numbered: boolean;
    },
  ) {
    this.#sql = slotStatements(options.schema);
  }

  /**
   * Makes tables and slot exist. Waits for transactions that are under way on the server, when the
   * slot is new. Idempotent, safe at once from several processes.
   * @throws LogError SERVER_UNFIT
   */
  async install(pool: pg.Pool): Promise<void> {
    await this.#exclusively(pool, async (client, run) => {
      const installed = await run<{ there: boolean }>(
        `select to_regclass('"${this.options.schema}".wal_slot') is not null as there`,
      );
      const [row] = installed[0]?.there
        ? await run<{ name: string }>(`select name from "${this.options.schema}".wal_slot`)
        : [];
      const { schema, maxBytes } = this.options;
      await checkServer(client, { slot: row?.name ?? null, schema, maxBytes });
      if (row === undefined) await this.#make(run, walSchemaStatements(schema));
      else await run(`${walSchemaStatements(schema)}`);
      await run(this.#sql.bound, [maxBytes]);
      if (this.options.numbered) {
        await run(numberingSchemaStatements(schema));
        await run(beginNumberingStatement(schema), [await this.#server(run)]);
      }
    });
  }

  async state(run: Run): Promise<SlotState> {
    const row = await this.#row(run);
    const number = (text: string | null) => (text === null ? null : Number(text));
    return {
      slot: row.name,
      lost: row.lost ?? lossOf(row) ?? null,
      confirmed: row.confirmed,
      confirmedAt: row.confirmed_at,
      waitingBytes: Number(row.waiting_bytes),
      maxBytes: Number(row.max_bytes),
      full: row.full,
      keptBytes: number(row.kept_bytes),
      safeBytes: number(row.safe_bytes),
      walStatus: row.wal_status,
      active: row.active === true,
    };
  }

  /** What the one that reads has noted last of what is unfinished. */
  async noted(run: Run): Promise<{ count: number; since: Date | undefined } | undefined> {
    type Noted = { readonly unfinished: number; readonly oldest_at: Date | null };
    const [row] = await run<Noted>(this.#sql.noted);
    return row && { count: row.unfinished, since: row.oldest_at ?? undefined };
  }

  /**
   * Sees to it that the slot holds everything that is unconfirmed, and has the row say so when it
   * does not: appends are refused from then on. Returns who has the lease, if anybody.
   * @throws LogError SLOT_LOST
   */
  async check(run: Run): Promise<{ readonly owner: string | null }> {
    const row = await this.#row(run);
    const reason = row.lost ?? lossOf(row);
    if (reason === undefined) return { owner: row.leased ? row.owner : null };
    await run(this.#sql.lose, [row.name, reason]);
    throw lostError(row, reason);
  }

  /** Like {@link check}, by the holder of the lease: nobody else moves the slot meanwhile. @throws LogError SLOT_LOST */
  async checkPlace(run: Run): Promise<void> {
    const row = await this.#row(run);
    const moved = `it now begins at ${row.flushed}, behind what was confirmed: it was moved, or made anew, by somebody else`;
    const [order] = await run<{ moved: boolean | null }>(
      'select $1::pg_lsn > $2::pg_lsn as moved',
      [...[row.flushed, row.confirmed]],
    );
    if (order?.moved !== true) return;
    await run(this.#sql.lose, [row.name, moved]);
    throw lostError(row, moved);
  }

  /**
   * Makes a new slot after a loss; appends are taken again. What may be missing is kept in the table
   * `wal_loss`. Does nothing when nothing is lost.
   * @throws LogError SERVER_UNFIT
   */
  async reset(pool: pg.Pool, by: string): Promise<{ readonly reset: boolean }> {
    return this.#exclusively(pool, async (client, run) => {
      await this.check(run).catch((error: unknown) => {
        if (!(error instanceof LogError && error.code === 'SLOT_LOST')) throw error;
      });
      const { lost, slot } = await this.state(run);
      if (lost === null) return { reset: false };
      // What was written until here is on its own: a slot can't be made by a transaction that wrote.
      await run('commit; begin');
      const { schema, maxBytes } = this.options;
      await checkServer(client, { slot, schema, maxBytes });
      await this.#make(run, this.#sql.recordLoss, [by]);
      return { reset: true };
    });
  }

  /** Whether there is one, sealed or not. */
  async isInstalled(pool: pg.Pool): Promise<boolean> {
    const { schema } = this.options;
    const { rows } = await pool.query('select to_regclass($1) is not null as there', [
      `"${schema}".wal_slot`,
    ]);
    if (rows[0]?.there !== true) return false;
    return (await pool.query(`select from "${schema}".wal_slot`)).rows.length > 0;
  }

  /** Refuses appends; when it fulfils, every transaction that has appended is over. Undone by {@link install}. */
  async seal(pool: pg.Pool): Promise<void> {
    await this.#exclusively(pool, async (_client, run) => {
      await run(this.#sql.sealLock);
      await run(this.#sql.seal);
    });
  }

  /**
   * Ends the log: nothing is kept for it any more, appends are refused. Its readers must have ended.
   * False: it is sealed, and something of it is unconfirmed.
   */
  async drop(pool: pg.Pool): Promise<boolean> {
    return this.#exclusively(pool, async (_client, run) => {
      const [row] = await run<{ name: string }>(this.#sql.drop);
      if (row !== undefined) await run(DROP_SLOT, [row.name]);
      return (await run(`select from "${this.options.schema}".wal_slot`)).length === 0;
    });
  }

  async #make(run: Run, then: string, values: unknown[] = []): Promise<void> {
    const [here] = await run<{ name: string; version: number }>(
      `select $1 || '_' || oid as name, current_setting('server_version_num')::int as version
from pg_database where datname = current_database()`,
      [this.options.schema],
    );
    const { name = '', version = 0 } = here ?? {};
    // Left over by a process that died right here: nothing was appended for it yet.
    await run(DROP_SLOT, [name]);
    // From 17 on it survives a failover to a standby that synchronizes slots.
    const failover = version >= 170_000 ? ', failover => true' : '';
    const [made] = await run<{ lsn: string }>(
      `select lsn::text from pg_create_logical_replication_slot($1, 'pgoutput'${failover})`,
      [name],
    );
    await run(then, values);
    await run(this.#sql.record, [name, await this.#server(run), made?.lsn, this.options.maxBytes]);
  }

  async #row(run: Run): Promise<StateRow> {
    const [row] = await run<StateRow>(this.#sql.state);
    if (row !== undefined) return row;
    throw new LogError(
      'SLOT_LOST',
      `The log "${this.options.schema}" is not in the WAL: install it first`,
    );
  }

  async #server(run: Run): Promise<string> {
    const [here] = await run<{ server: string }>(SERVER_STATEMENT);
    return here?.server ?? '';
  }

  /** One process at a time, in a transaction. */
  async #exclusively<Result>(
    pool: pg.Pool,
    work: (client: pg.ClientBase, run: Run) => Promise<Result>,
  ): Promise<Result> {
    const client = await pool.connect();
    const run: Run = async (text, values) => (await client.query(text, values)).rows as never;
    let failed: Error | undefined;
    try {
      await client.query('begin');
      // Of the session, because it outlives a commit on the way.
      await client.query(LOCK, [this.options.schema]);
      const result = await work(client, run);
      await client.query('commit');
      return result;
    } catch (error) {
      failed = error as Error;
      await client.query('rollback').catch(() => undefined);
      throw error;
    } finally {
      await client.query(UNLOCK, [this.options.schema]).catch((error: Error) => (failed ??= error));
      client.release(failed instanceof LogError ? undefined : failed);
    }
  }
}

const LOCK = `select pg_advisory_lock(hashtextextended('install log in the WAL ' || $1, 0))`;
const UNLOCK = LOCK.replace('advisory_lock', 'advisory_unlock');
const DROP_SLOT = `select pg_drop_replication_slot(slot_name) from pg_replication_slots
where slot_name = $1 and database = current_database()`;

function lossOf(row: StateRow): string | undefined {
  if (row.server !== row.here)
    return `the data was restored or copied: it belongs to database ${row.server} and this is ${row.here} (system identifier/oid)`;
  if (!row.there) return 'it was dropped';
  if (row.wal_status === 'lost')
    return 'the server gave it up: more WAL was kept for it than max_slot_wal_keep_size';
  return undefined;
}

function lostError({ name, confirmed, confirmed_at: at }: StateRow, reason: string): LogError {
  return new LogError(
    'SLOT_LOST',
    `The replication slot "${name}" is lost: ${reason}. Events that were committed since ${at.toISOString()} (WAL position ${confirmed}) and not published may be missing for ever. Appends are refused until a reset makes a new slot, which has what is appended from then on`,
  );
}
