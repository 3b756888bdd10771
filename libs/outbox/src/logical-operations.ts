import { LogError, type GroupState, type PgLog, type SlotState, type WalLog } from '@mesh/pg-log';
import type pg from 'pg';
import { OutboxClosedError } from './errors.js';
import { OutboxOperations, type OutboxReset, type ResetOrigin } from './outbox-operations.js';
import { readOpenTransactions, type OpenTransactions } from './postgres/open-transactions.js';
import { RELAY_GROUP } from './relay/relay-group.js';

/** How an outbox in the WAL stands, over all replicas of its relay. Null: nobody reads, so nobody knows. */
export interface LogicalOutboxStatus
  extends OpenTransactions, Partial<Pick<GroupState, 'boundTo' | 'here'>> {
  readonly mode: 'logical';
  /** The table of the mode `polling`, which is read before the WAL, has a cursor of another database. */
  readonly isForeign: boolean;
  readonly depth: number | null;
  readonly oldestAgeSeconds: number | null;
  /** Replicas that are connected to the slot. */
  readonly members: number;
  readonly partitions: readonly [];
  readonly slot: SlotState;
}

/** What a reset is about: a slot that was lost, the table of the mode `polling` of another database, or both. */
export interface LogicalResetPlan {
  /** Events in a table of another database; 0 without one. */
  readonly kept: number;
  /** Of these; null without such a table. What was lost with a slot nobody can count. */
  readonly unpublished: number | null;
  /** Why the slot was lost, if it was; what was committed since `missingSince` may be missing. */
  readonly lost: string | null;
  readonly missingSince: Date | null;
}

/** Of a slot that was lost; what was in it nobody can count. */
export type SlotReset = Omit<OutboxReset, 'kept' | 'unpublished'> & {
  readonly kept: null;
  readonly unpublished: null;
};

const LOSSES = `select row_number() over (order by reset_at)::text as id, reset_at as at, reset_by as actor,
  'end' as origin, slot || ' from ' || missing_from || ' since ' || missing_since as "boundTo", reason as here,
  null as kept, null as unpublished from mesh_outbox.wal_loss order by reset_at desc limit $1`;

/** Looks at a service's outbox in the WAL, and brings it on after its slot was lost or its database copied. */
export class LogicalOutboxOperations {
  readonly #pool: pg.Pool;
  readonly #log: WalLog;
  readonly #table: PgLog | undefined;
  readonly #ofTable: OutboxOperations | undefined;

  constructor({
    pool,
    log,
    table,
  }: {
    readonly pool: pg.Pool;
    readonly log: WalLog;
    /** Where the mode `polling` has left its events. */
    readonly table?: PgLog | undefined;
  }) {
    this.#pool = pool;
    this.#log = log;
    this.#table = table;
    this.#ofTable = table && new OutboxOperations({ pool, log: table });
  }

  /** How the outbox stands: its slot, what waits, who reads. Null where only the replica that reads knows. */
  async status(): Promise<LogicalOutboxStatus> {
    const slot = await this.#log.state();
    const foreign = await this.#foreign();
    const { depth, oldestAgeSeconds } = await this.#log.backlog();
    return {
      ...{ mode: 'logical', partitions: [], slot, isForeign: foreign !== undefined },
      ...(foreign && { boundTo: foreign.boundTo, here: foreign.here }),
      depth: slot.lost === null ? known(depth) : null,
      oldestAgeSeconds: slot.lost === null ? known(oldestAgeSeconds) : null,
      members: slot.active ? 1 : 0,
      ...(await readOpenTransactions(this.#pool)),
    };
  }

  /**
   * Changes nothing.
   * @throws LogError CURSOR_OWN when there is nothing to reset; OutboxClosedError when it is to publish what is gone
   */
  async plan(origin?: ResetOrigin): Promise<LogicalResetPlan> {
    const { slot, lost, confirmedAt } = await this.#log.state();
    const foreign = await this.#foreign();
    if (lost === null && foreign === undefined)
      throw new LogError(
        'CURSOR_OWN',
        `The replication slot "${slot}" of the outbox is not lost: there is nothing to reset`,
      );
    if (origin === 'start' && foreign === undefined)
      throw new OutboxClosedError(
        'What was not published is not kept in this mode: reset from the end, which makes a new slot',
      );
    const table = foreign && (await this.#ofTable?.plan());
    const missingSince = lost === null ? null : confirmedAt;
    return { kept: table?.kept ?? 0, unpublished: table?.unpublished ?? null, lost, missingSince };
  }

  /**
   * Makes a new slot after a loss, and binds the table of the mode `polling` to this database: what it keeps is
   * published again before what is new (`start`), or never (`end`). What may be missing is in the audit.
   * @throws LogError CURSOR_OWN, OutboxClosedError as {@link plan}
   */
  async reset(origin: ResetOrigin, actor: string): Promise<OutboxReset | SlotReset> {
    const { unpublished } = await this.plan(origin);
    const ofTable = unpublished === null ? undefined : await this.#ofTable?.reset(origin, actor);
    const { reset } = await this.#log.reset(actor);
    const [last] = reset ? await this.#losses(1) : [];
    const done = ofTable ?? last;
    if (done !== undefined) return done;
    throw new LogError('CURSOR_OWN', 'The outbox was reset by somebody else meanwhile');
  }

  /** The last first. */
  async resets(limit: number): Promise<(OutboxReset | SlotReset)[]> {
    const all = [...(await this.#losses(limit)), ...((await this.#ofTable?.resets(limit)) ?? [])];
    return all.sort((one, other) => other.at.getTime() - one.at.getTime()).slice(0, limit);
  }

  async #losses(limit: number): Promise<SlotReset[]> {
    return (await this.#pool.query<SlotReset>(LOSSES, [limit])).rows;
  }

  /** Where the table's cursor is from, if not from here. */
  async #foreign(): Promise<GroupState | undefined> {
    const state = await this.#table?.groupState(RELAY_GROUP).catch((error: unknown) => {
      // Nothing was ever relayed from it.
      if (error instanceof LogError && error.code === 'GROUP_UNKNOWN') return undefined;
      throw error;
    });
    return state === undefined || state.boundTo === state.here ? undefined : state;
  }
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
