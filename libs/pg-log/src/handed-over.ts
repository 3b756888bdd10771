import type { ReadRow } from './partition-cursor.js';
import type { OnRows, ReaderOptions } from './reader-options.js';

/** What is handed over and unfinished, within bounds. */
export class HandedOver {
  #count = 0;
  #bytes = 0;
  readonly #mode: 'batch' | 'row';
  readonly #window: { readonly count: number; readonly bytes: number };

  constructor(
    { handOver = 'batch', window = {} }: Pick<ReaderOptions, 'handOver' | 'window'>,
    private readonly onSettled: (row: ReadRow, outcome: PromiseSettledResult<void>) => void,
  ) {
    this.#mode = handOver;
    this.#window = { count: window.count ?? 500, bytes: window.bytes ?? 16 * 1024 * 1024 };
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  get hasRoom(): boolean {
    if (this.#mode === 'batch') return this.#count === 0;
    return this.#count < this.#window.count && this.#bytes < this.#window.bytes;
  }

  /** Hands over the first of these rows, as many as there is room for; returns how many. */
  take(rows: readonly ReadRow[], onRows: OnRows): number {
    const taken: ReadRow[] = [];
    for (const row of rows) {
      if (this.#mode === 'row' && !this.hasRoom) break;
      this.#count += 1;
      this.#bytes += row.row.body.byteLength;
      row.cursor.handOver(row);
      taken.push(row);
    }
    if (taken.length > 0) this.#call(taken, onRows);
    return taken.length;
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
    this.#count -= 1;
    this.#bytes -= row.row.body.byteLength;
    row.cursor.settle(row, outcome.status === 'fulfilled');
    this.onSettled(row, outcome);
  }
}
