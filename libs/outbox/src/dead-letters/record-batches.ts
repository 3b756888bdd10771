import { failureKindOf } from '@mesh/messaging/middleware';
import type { TransactionExecutor } from '../open-transaction.js';
import { claimAndInsert, type NewRecord } from './record-statement.js';

/** Of one statement. */
const BATCH = { count: 100, bytes: 4 * 1024 * 1024 };

interface Waiting {
  readonly record: NewRecord;
  readonly settle: PromiseWithResolvers<boolean>;
}

/**
 * Records events that hold no key, with one statement in flight: whatever comes while it is on its
 * way goes with the next one, so that thousands in a row cost no transaction each. What is waiting is
 * bounded by the windows of the subscriptions.
 */
export class RecordBatches {
  readonly #executor: TransactionExecutor;
  #waiting: Waiting[] = [];
  #writing = false;

  constructor(executor: TransactionExecutor) {
    this.#executor = executor;
  }

  /** True when this call recorded it, false when it was handled or recorded before. */
  record(record: NewRecord): Promise<boolean> {
    const settle = Promise.withResolvers<boolean>();
    this.#waiting.push({ record, settle });
    if (!this.#writing) void this.#writeAll();
    return settle.promise;
  }

  async #writeAll(): Promise<void> {
    this.#writing = true;
    // Those of the same turn of the event loop go together.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#write(this.#nextBatch());
    this.#writing = false;
  }

  #nextBatch(): readonly Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { record } of this.#waiting) {
      bytes += record.arrival.delivery.body.byteLength;
      if (count > 0 && (count === BATCH.count || bytes > BATCH.bytes)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    try {
      const recorded = await claimAndInsert(
        this.#executor,
        batch.map(({ record }) => record),
      );
      batch.forEach(({ settle }, at) => settle.resolve(recorded[at] as boolean));
    } catch (error) {
      // One that the database can never take must not keep the others of its batch.
      if (batch.length > 1 && failureKindOf(error) === 'permanent')
        for (const one of batch) await this.#write([one]);
      else for (const { settle } of batch) settle.reject(error);
    }
  }
}
