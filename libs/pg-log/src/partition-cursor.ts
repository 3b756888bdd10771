import type { LogRow } from './entry.js';

/**
 * Where reading stands in a partition. Everything that snapshot `prev` shows is behind it. With
 * `cur`, a step is under way: of the rows that `cur` shows and `prev` does not, those up to
 * `position` are behind it too.
 */
export interface CursorPoint {
  readonly prev: string;
  readonly cur: string | null;
  readonly position: bigint;
}

/** A partition as it was claimed. */
export interface ClaimedPartition {
  readonly partition: number;
  /** Fencing token: grows with each claim; only its holder moves the cursor. */
  readonly fence: string;
  readonly point: CursorPoint;
}

/** A row that was read and is not yet behind the committed cursor. */
export interface ReadRow {
  readonly row: LogRow;
  readonly cursor: PartitionCursor;
  /** Where the cursor stands while this is the lowest unfinished row. */
  readonly before: CursorPoint;
  state: 'read' | 'handed-over' | 'finished' | 'failed' | 'dropped';
}

/** One claimed partition in memory: how far it is read, what is unfinished, up to where it may be committed. */
export class PartitionCursor {
  readonly partition: number;
  readonly fence: string;
  /** Up to where it is read; ahead of what is committed. */
  point: CursorPoint;
  /** Given back as soon as nothing of it is under way. */
  draining = false;
  /** Rejections in a row; 0 after a row was finished. */
  failures = 0;
  /** Not read again before this time of `performance.now()`. */
  resumeAt = 0;
  readonly #lost = new AbortController();
  /** In the order in which they were read; the first one is unfinished. */
  #rows: ReadRow[] = [];
  #underWay = 0;
  /** Rows that were finished with all before them; and how many of them the database's cursor is past. */
  #passed = 0;
  #committed = 0;
  #failed = false;
  #before: PartitionCursor | undefined;

  /** `before`: this reader's last claim of the partition, of which rows may still be under way. */
  constructor({ partition, fence, point }: ClaimedPartition, before?: PartitionCursor) {
    this.#before = before;
    this.partition = partition;
    this.fence = fence;
    this.point = point;
  }

  /** Aborted when the partition is lost. */
  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  /** Rows between the committed cursor and what is read. */
  get ahead(): number {
    return this.#rows.length;
  }

  /** Handed over and not settled. */
  get underWay(): number {
    return this.#underWay;
  }

  /** Rows of the claim before are under way: reading now, they would be handled twice at once. */
  get isWaiting(): boolean {
    if (this.#before && this.#before.underWay === 0 && !this.#before.isWaiting) {
      this.#before = undefined;
    }
    return this.#before !== undefined;
  }

  /** A row was rejected: rewind once nothing is under way. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Up to where the cursor may be committed: just before the lowest unfinished row. */
  get commitPoint(): CursorPoint {
    return this.#rows[0]?.before ?? this.point;
  }

  /** How many rows {@link commitPoint} is past. */
  get passed(): number {
    return this.#passed;
  }

  /**
   * Rows were passed since the last commit and would come again. A cursor that merely saw snapshots
   * without a row of its partition is not: from the older one it would find nothing new either.
   */
  get dirty(): boolean {
    return this.#passed > this.#committed;
  }

  /** The database holds the commit point of when so many rows were {@link passed}. */
  committed(passed: number): void {
    this.#committed = passed;
  }

  /** Takes rows of one step, in order, and moves the reading point behind them. */
  add(rows: readonly LogRow[], next: CursorPoint, step: CursorPoint): ReadRow[] {
    if (this.signal.aborted) return [];
    const { prev, cur } = step;
    const added = rows.map((row) => this.take(row, { prev, cur, position: row.position - 1n }));
    this.point = next;
    return added;
  }

  /** Takes one more row; `before` is where the cursor stands while it is the lowest unfinished one. */
  take(row: LogRow, before: CursorPoint): ReadRow {
    const taken: ReadRow = { row, cursor: this, before, state: 'read' };
    this.#rows.push(taken);
    return taken;
  }

  handOver(row: ReadRow): void {
    row.state = 'handed-over';
    this.#underWay += 1;
  }

  settle(row: ReadRow, fulfilled: boolean): void {
    if (row.state !== 'handed-over') return;
    this.#underWay -= 1;
    if (fulfilled) {
      row.state = 'finished';
      this.failures = 0;
      this.#trim();
    } else {
      row.state = 'failed';
      if (!this.#failed) this.failures += 1;
      this.#failed = true;
    }
  }

  /** Takes back what was read and not handed over; it will be read again. */
  dropUnhanded(): void {
    const first = this.#rows.findIndex((row) => row.state === 'read');
    if (first === -1) return;
    this.point = this.#rows[first]?.before ?? this.point;
    for (const row of this.#rows.splice(first)) row.state = 'dropped';
  }

  /** Goes back to the lowest unfinished row. Only when nothing is under way. */
  rewind(): void {
    this.point = this.commitPoint;
    for (const row of this.#rows) row.state = 'dropped';
    this.#rows = [];
    this.#failed = false;
  }

  lose(reason: Error): void {
    for (const row of this.#rows) if (row.state === 'read') row.state = 'dropped';
    this.#lost.abort(reason);
  }

  #trim(): void {
    let finished = 0;
    while (this.#rows[finished]?.state === 'finished') finished += 1;
    if (finished > 0) this.#rows.splice(0, finished);
    this.#passed += finished;
  }
}
