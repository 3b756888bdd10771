import type { SlotState, WalLog } from '@mesh/pg-log';
import type pg from 'pg';
import { OutboxClosedError } from './errors.js';
import { readOpenTransactions, type OpenTransactions } from './postgres/open-transactions.js';
import type { OutboxReset, ResetOrigin } from './outbox-operations.js';

/** How an outbox in the WAL stands, over all replicas of its relay. Not a number: nobody reads, so nobody knows. */
export interface LogicalOutboxStatus extends OpenTransactions {
  readonly mode: 'logical';
  readonly isForeign: false;
  readonly depth: number | null;
  readonly oldestAgeSeconds: number | null;
  /** Replicas that are connected to the slot. */
  readonly members: number;
  readonly partitions: readonly [];
  readonly slot: SlotState;
}

const LOSSES = `select row_number() over (order by reset_at)::text as id, reset_at as at, reset_by as actor,
  'end' as origin, slot || ' from ' || missing_from || ' since ' || missing_since as "boundTo", reason as here,
  0 as kept, null as unpublished from mesh_outbox.wal_loss order by reset_at desc limit $1`;

/** Looks at a service's outbox in the WAL, and brings it on after its slot was lost. */
export class LogicalOutboxOperations {
  readonly #pool: pg.Pool;
  readonly #log: WalLog;

  constructor({ pool, log }: { readonly pool: pg.Pool; readonly log: WalLog }) {
    this.#pool = pool;
    this.#log = log;
  }

  async status(): Promise<LogicalOutboxStatus> {
    const slot = await this.#log.state();
    const { depth, oldestAgeSeconds } = await this.#log.backlog();
    return {
      ...{ mode: 'logical', isForeign: false, partitions: [], slot },
      depth: known(depth),
      oldestAgeSeconds: known(oldestAgeSeconds),
      members: slot.active ? 1 : 0,
      ...(await readOpenTransactions(this.#pool)),
    };
  }

  /** Nothing is kept that could be published again; how much is missing nobody knows. */
  async plan(): Promise<{ kept: number; unpublished: null; lost: string | null }> {
    return { kept: 0, unpublished: null, lost: (await this.#log.state()).lost };
  }

  /**
   * Makes a new slot after a loss. What may be missing is in the audit.
   * @throws OutboxClosedError when it is to publish what is gone
   */
  async reset(
    origin: ResetOrigin,
    actor: string,
  ): Promise<OutboxReset | { readonly reset: boolean }> {
    if (origin === 'start')
      throw new OutboxClosedError(
        'What was not published is not kept in this mode: reset from the end, which makes a new slot',
      );
    const done = await this.#log.reset(actor);
    const [last] = done.reset ? await this.resets(1) : [];
    return last ?? done;
  }

  /** The last first. */
  async resets(limit: number): Promise<OutboxReset[]> {
    return (await this.#pool.query<OutboxReset>(LOSSES, [limit])).rows;
  }
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
