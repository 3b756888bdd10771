import type { LogRow } from '@mesh/pg-log';
import type { FailurePolicy } from '../dead-letters/parking.js';

/** What became of a batch: rows that are nowhere in here are confirmed. */
export class Outcome {
  /** Not confirmed; to be published again. */
  readonly failed = new Map<LogRow, Error>();
  /** Can never be published. */
  readonly rejected = new Map<LogRow, Error>();
  /** In the dead letters. */
  readonly parked = new Set<LogRow>();
  readonly #held = new Map<string, Error>();

  /** `policy`: what becomes of rows behind a rejected one of their key. @default 'skip' */
  constructor(private readonly policy: FailurePolicy = 'skip') {}

  reject(row: LogRow, error: Error): void {
    this.rejected.set(row, error);
    const name = keyOf(row);
    if (this.policy === 'park-key' && name !== null) this.#held.set(name, error);
  }

  /** Whether the row may be published; behind a rejected one it fails, to be parked when it comes again. */
  admits(row: LogRow): boolean {
    if (this.#held.size === 0) return true;
    const error = this.#held.get(keyOf(row) ?? '');
    if (error !== undefined) this.failed.set(row, error);
    return error === undefined;
  }

  /** Takes back what was rejected behind a failed one of its key: parked now, it would overtake that one. */
  postpone(): void {
    if (this.policy === 'skip') return;
    for (const [row] of this.rejected) {
      for (const [failed, error] of this.failed) {
        if (keyOf(failed) === null || keyOf(failed) !== keyOf(row)) continue;
        if (failed.position < row.position) this.#fail(row, error);
      }
    }
  }

  #fail(row: LogRow, error: Error): void {
    this.rejected.delete(row);
    this.failed.set(row, error);
  }
}

/** Of which the order is kept; null for an event without a key. */
export function keyOf({ stream, key }: Pick<LogRow, 'stream' | 'key'>): string | null {
  return key === null ? null : `${stream} ${key}`;
}
