import { ChoreRequested } from '@mesh/contracts/catalog/probe';
import { JobPlaced } from '@mesh/contracts/catalog/probe';
import { sql, type Kysely, type Transaction } from 'kysely';
import { setTimeout as sleep } from 'node:timers/promises';
import { inTransaction } from '../in-transaction.js';
import type { Outbox } from '../outbox.js';
import type { Tables } from './relay-setting.js';

/** Of each event: what piles up is to be seen in the memory of this process. */
export const EVENT_BYTES = 16 * 1024;
const CUSTOMERS = 20;
const PAUSE_MS = 20;

/** What is appended for a change: a fact for the log, or work for a queue. */
export type Announced = 'log' | 'work';

/**
 * Customers who change their jobs one after the other, as fast as they are let, and try again when the
 * outbox is full. Each has a key, and numbers its changes under its lock.
 */
export class PressedCustomers {
  /** Changes that committed. */
  committed = 0;
  /** Tries that the full outbox refused. */
  refused = 0;
  /** What failed otherwise. */
  readonly errors: unknown[] = [];
  #stopping = false;
  #running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly db: Kysely<Tables>,
    private readonly outbox: Outbox,
    private readonly announced: Announced,
  ) {}

  /** @default without end */
  start(changesEach = Infinity): void {
    this.#stopping = false;
    this.#running = Promise.all(
      Array.from({ length: CUSTOMERS }, (_, n) => this.#keepChanging(`job-${n}`, changesEach)),
    );
  }

  /** Fulfilled when all that were started are done. */
  async done(): Promise<void> {
    await this.#running;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
  }

  async #keepChanging(jobId: string, changes: number): Promise<void> {
    for (let n = 0; n < changes && !this.#stopping;) {
      try {
        await inTransaction(this.db, this.outbox, (tx) => this.#change(tx, jobId));
        this.committed += 1;
        n += 1;
      } catch (error) {
        if ((error as { code?: unknown }).code !== 'OUTBOX_FULL') {
          this.errors.push(error);
          return;
        }
        this.refused += 1;
        await sleep(PAUSE_MS);
      }
    }
  }

  async #change(tx: Transaction<Tables>, jobId: string) {
    const { version } = await tx
      .insertInto('aggregate')
      .values({ gauge: jobId, version: 1 })
      .onConflict((c) => c.column('gauge').doUpdateSet({ version: sql`aggregate.version + 1` }))
      .returning('version')
      .executeTakeFirstOrThrow();
    const text = 'x'.repeat(EVENT_BYTES);
    if (this.announced === 'log') {
      const rest = { lines: [], total: undefined, occurredAt: undefined, feedSequence: version };
      await this.outbox.append(tx, JobPlaced, { jobId, customerId: text, version, ...rest });
    } else {
      const rest = { choreId: `${version}`, customerId: 'c', kind: 'job_placed' };
      await this.outbox.append(tx, ChoreRequested, { jobId, ...rest, text });
    }
  }
}

/** The number of a change, from its event. */
export function versionOf(announced: Announced, data: Uint8Array | undefined): number {
  const bytes = data ?? new Uint8Array();
  return announced === 'log'
    ? JobPlaced.schema.decode(bytes).version
    : Number(ChoreRequested.schema.decode(bytes).choreId);
}
