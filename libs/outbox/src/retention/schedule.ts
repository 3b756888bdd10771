import type { Queryable } from '../postgres/queryable.js';

const SCHEMA = 'mesh_retention';
const STATEMENTS = `
select pg_advisory_xact_lock(hashtextextended('install ${SCHEMA}', 0));
create schema if not exists ${SCHEMA};
create table if not exists ${SCHEMA}.job (
  name text primary key,
  due_at timestamptz not null,
  ran_at timestamptz,
  removed bigint not null default 0,
  failure text
);`;

// Its row is locked by whoever is first; the others find it due later then.
const CLAIM = `
insert into ${SCHEMA}.job as j (name, due_at) values ($1, $2::timestamptz + $3 * interval '1 ms')
on conflict (name) do update set due_at = excluded.due_at where j.due_at <= $2::timestamptz
returning name`;
const DONE = `update ${SCHEMA}.job set ran_at = $2, removed = removed + $3, failure = null where name = $1`;
const FAILED = `update ${SCHEMA}.job set due_at = $2::timestamptz + $3 * interval '1 ms', failure = $4 where name = $1`;
const STATES = `select name, due_at as "dueAt", ran_at as "ranAt", removed::float as removed, failure from ${SCHEMA}.job order by name`;
/** A job that failed is tried again after this part of its time. */
const RETRY_PART = 10;

/** Something that is old goes, from time to time. */
export interface RetentionJob {
  /** Of this database alone, such as `inbox`. */
  readonly name: string;
  readonly everyMs: number;
  /** Removes what is too old at `now`, in steps that hold no lock for long; how much that was. Idempotent. */
  readonly run: (now: Date, signal: AbortSignal) => Promise<number>;
}

/** What the database knows of a job. */
export interface JobState {
  readonly name: string;
  readonly dueAt: Date;
  /** When it last ran to its end. */
  readonly ranAt: Date | null;
  /** Since the schedule was made. */
  readonly removed: number;
  readonly failure: string | null;
}

/** Makes the schedule of a service's database exist. Idempotent, safe at once from several processes. */
export async function installSchedule(pool: Queryable): Promise<void> {
  await pool.query(STATEMENTS);
}

/**
 * Runs jobs when they are due, by rows in the service's database and its clock: a restart changes nothing,
 * and of several replicas one takes a job each time. Whoever dies in the middle has left the rest to the next time.
 */
export class RetentionSchedule {
  constructor(
    private readonly pool: Queryable,
    /** @default the database's clock */
    private readonly clock?: () => Date,
  ) {}

  /** How much was removed; undefined when the job is not due, or another process took it. */
  async runIfDue(
    { name, everyMs, run }: RetentionJob,
    signal: AbortSignal,
  ): Promise<number | undefined> {
    const now = await this.#now();
    const claimed = await this.pool.query(CLAIM, [name, now, everyMs]);
    if (claimed.rows.length === 0) return undefined;
    try {
      const removed = await run(now, signal);
      await this.pool.query(DONE, [name, now, removed]);
      return removed;
    } catch (error) {
      const failure = (error as Error).message;
      await this.pool
        .query(FAILED, [name, now, everyMs / RETRY_PART, failure])
        .catch(() => undefined);
      throw error;
    }
  }

  /** What the database knows of each job, of all replicas, by name. */
  async states(): Promise<JobState[]> {
    return (await this.pool.query(STATES)).rows as JobState[];
  }

  async #now(): Promise<Date> {
    if (this.clock !== undefined) return this.clock();
    const { rows } = await this.pool.query('select clock_timestamp() as now');
    return (rows[0] as { now: Date }).now;
  }
}
