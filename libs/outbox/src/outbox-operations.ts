import { LogError, type GroupState, type PgLog } from '@mesh/pg-log';
import type pg from 'pg';
import { OUTBOX_SCHEMA } from './outbox.js';
import { readBacklog, type Backlog } from './postgres/backlog.js';
import { readOpenTransactions, type OpenTransactions } from './postgres/open-transactions.js';
import { RELAY_GROUP } from './relay/relay-group.js';

/** How a service's outbox stands, over all replicas of its relay. */
export interface OutboxStatus extends Backlog, OpenTransactions, GroupState {
  readonly mode: 'polling';
  /** The cursor is of another server or database: nothing is published until it is reset. Everything kept counts as waiting. */
  readonly isForeign: boolean;
}

/** What a reset from the start publishes again, and one from the end never publishes. */
export interface OutboxResetPlan {
  /** Events that are in the outbox. */
  readonly kept: number;
  /** Of these, what was not published when the copy was made; what was appended here since may be missing. */
  readonly unpublished: number;
}

/** Where an outbox goes on after a reset: `start` publishes all that is kept again, `end` nothing of it. */
export type ResetOrigin = 'start' | 'end';

/** Who bound an outbox to its new database, when and how. */
export interface OutboxReset extends OutboxResetPlan {
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly origin: ResetOrigin;
  readonly boundTo: string;
  readonly here: string;
}

const COLUMNS = `id::text, at, actor, origin, bound_to as "boundTo", here, kept::float as kept, unpublished::float as unpublished`;
const RECORD = `insert into ${OUTBOX_SCHEMA}.reset (actor, origin, bound_to, here, kept, unpublished)
values ($1, $2, $3, $4, $5, $6) returning ${COLUMNS}`;
const LIST = `select ${COLUMNS} from ${OUTBOX_SCHEMA}.reset order by id desc limit $1`;

export interface OutboxOperationsOptions {
  readonly pool: pg.Pool;
  readonly log: Pick<PgLog, 'groupState' | 'planReset' | 'resetGroup'>;
}

/** Looks at a service's outbox, and brings it on after its database was restored or copied. */
export class OutboxOperations {
  readonly #options: OutboxOperationsOptions;

  constructor(options: OutboxOperationsOptions) {
    this.#options = options;
  }

  /** Costs in proportion to the depth. @throws LogError GROUP_UNKNOWN while no relay ever ran */
  async status(): Promise<OutboxStatus> {
    const { pool, log } = this.#options;
    const state = await log.groupState(RELAY_GROUP);
    return {
      mode: 'polling',
      isForeign: state.boundTo !== state.here,
      ...(await readBacklog(pool)),
      ...(await readOpenTransactions(pool)),
      ...state,
    };
  }

  /** Reads the whole outbox; changes nothing. @throws LogError CURSOR_OWN where {@link reset} does */
  async plan(): Promise<OutboxResetPlan> {
    const { boundTo, here } = await this.#options.log.groupState(RELAY_GROUP);
    if (boundTo === here)
      throw new LogError(
        'CURSOR_OWN',
        `The outbox belongs to this database, ${here}: there is nothing to reset`,
      );
    const { kept, unfinished } = await this.#options.log.planReset(RELAY_GROUP);
    return { kept, unpublished: unfinished };
  }

  /**
   * Publishes everything that is kept again (`start`), or nothing of it (`end`), and then what commits
   * from now on. The record of it commits with it.
   * @throws LogError CURSOR_OWN when the cursor belongs to this database
   */
  async reset(origin: ResetOrigin, actor: string): Promise<OutboxReset> {
    const { pool, log } = this.#options;
    const { kept, unpublished } = await this.plan();
    const { boundTo, here } = await log.groupState(RELAY_GROUP);
    const client = await pool.connect();
    let failure: unknown;
    try {
      await client.query('begin');
      await log.resetGroup(client, RELAY_GROUP, origin);
      const { rows } = await client.query(RECORD, [
        ...[actor, origin, boundTo, here, kept, unpublished],
      ]);
      await client.query('commit');
      return rows[0] as OutboxReset;
    } catch (error) {
      await client.query('rollback').catch((broken: unknown) => (failure = broken));
      throw error;
    } finally {
      client.release(failure !== undefined);
    }
  }

  /** The last first. */
  async resets(limit: number): Promise<OutboxReset[]> {
    const { rows } = await this.#options.pool.query<OutboxReset>(LIST, [limit]);
    return rows;
  }
}
