import type { ReadRow } from './partition-cursor.js';
import type { OnRows, ReaderOptions } from './reader-options.js';

export type HandOverOptions = Pick<ReaderOptions, 'handOver' | 'window' | 'batches'>;

/** What is handed over and unfinished, within bounds. */
export class HandedOver {
  #count = 0;
  #bytes = 0;
  readonly #mode: 'batch' | 'row';
  readonly #window: { readonly count: number; readonly bytes: number };
  /** Rows under way in each batch, with `handOver: 'batch'`; a batch has partitions of its own. */
  readonly #batches: number[];

  constructor(
    { handOver = 'batch', window = {}, batches = 1 }: HandOverOptions,
    private readonly onSettled: (row: ReadRow, outcome: PromiseSettledResult<void>) => void,
  ) {
    this.#mode = handOver;
    this.#window = { count: window.count ?? 500, bytes: window.bytes ?? 16 * 1024 * 1024 };
    this.#batches = Array.from({ length: batches }, () => 0);
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** Hands over the first of these rows, as many as there is room for; returns how many. */
  take(rows: readonly ReadRow[], onRows: OnRows): number {
    const taken = this.#mode === 'row' ? [this.#inWindow(rows)] : this.#inFreeBatches(rows);
    for (const some of taken) if (some.length > 0) this.#call(some, onRows);
    return taken.reduce((sum, { length }) => sum + length, 0);
  }

  #inWindow(rows: readonly ReadRow[]): ReadRow[] {
    const taken: ReadRow[] = [];
    for (const row of rows) {
      if (this.#count >= this.#window.count || this.#bytes >= this.#window.bytes) break;
      taken.push(this.#begin(row));
    }
    return taken;
  }

  #inFreeBatches(rows: readonly ReadRow[]): ReadRow[][] {
    const free = this.#batches.map((underWay) => underWay === 0);
    const taken = free.map((): ReadRow[] => []);
    for (const row of rows) {
      const batch = this.#batchOf(row);
      if (free[batch]) taken[batch]?.push(this.#begin(row));
    }
    return taken;
  }

  #begin(row: ReadRow): ReadRow {
    this.#account(row, 1);
    row.cursor.handOver(row);
    return row;
  }

  #account(row: ReadRow, sign: 1 | -1): void {
    this.#count += sign;
    this.#bytes += sign * row.row.body.byteLength;
    const batch = this.#batchOf(row);
    this.#batches[batch] = (this.#batches[batch] ?? 0) + sign;
  }

  #batchOf({ row }: ReadRow): number {
    return row.partition % this.#batches.length;
  }

  #call(taken: readonly ReadRow[], onRows: OnRows): void {
    let outcome: Promise<void> | readonly Promise<void>[];
    try {
      outcome = onRows(taken.map(({ row }) => row));
    } catch (thrown) {
      outcome = Promise.reject(thrown);
    }
    taken.forEach((row, index) => {
      const one = outcome instanceof Promise ? outcome : outcome[index];
      (one ?? Promise.reject(new TypeError(`onRows returned no promise for row ${index}`))).then(
        () => this.#settle(row, { status: 'fulfilled', value: undefined }),
        (reason: unknown) => this.#settle(row, { status: 'rejected', reason }),
      );
    });
  }

  #settle(row: ReadRow, outcome: PromiseSettledResult<void>): void {
    this.#account(row, -1);
    row.cursor.settle(row, outcome.status === 'fulfilled');
    this.onSettled(row, outcome);
  }
}
