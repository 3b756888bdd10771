import type { LogRow } from '../entry.js';
import { partitionOf } from '../partition.js';
import type { PartitionCursor, ReadRow } from '../partition-cursor.js';
import type { Steps } from '../steps.js';
import { NUMBER_DIGITS } from '../numbered-append.js';
import { fromMessage } from './frame.js';

/** Finished rows at the front that are removed together. */
const TRIM_AT = 1024;

/** So that a key that is refused holds back few others; as many as a table's log has by default. */
export const LANES = 16;

/** Positions are places in the WAL behind this, so that none is ever that of a row in a table. */
const AFTER_TABLES = 1n << 62n;

export interface WindowOptions {
  /** The header that gets an entry's number, if it has one. */
  readonly header: string | undefined;
  /** Rows, and bytes of bodies, of one read. */
  readonly batch: number;
  readonly maxBytes: number;
  /** Unfinished rows, and bytes of them. */
  readonly windowRows: number;
  readonly windowBytes: number;
}

/** A transaction whose messages are here. */
interface Commit {
  endLsn: bigint | undefined;
  committedAt: Date;
  unfinished: number;
}

/** Finished rows that are remembered behind an unfinished one, for each unfinished one that there may be. */
const REMEMBERED = 10;

interface Entry {
  readonly ordinal: number;
  readonly commit: Commit;
  readonly partition: number;
  readonly bytes: number;
  /** Undefined when it is finished. */
  row: Omit<LogRow, 'signal'> | undefined;
}

/**
 * What a slot has sent and nobody has finished yet, in the order of commits. A row stays until it is
 * finished, so that a rejected one is read again from here.
 */
export class WalWindow implements Steps {
  #entries: Entry[] = [];
  /** Everything before is finished. */
  #head = 0;
  #next = 1;
  #unfinished = 0;
  #bytes = 0;
  readonly #commits: Commit[] = [];
  #open: Commit | undefined;
  #reached = 0n;
  #confirmable = 0n;
  readonly #handedOver = new WeakMap<LogRow, Entry>();

  constructor(private readonly options: WindowOptions) {}

  begin(committedAt: Date): void {
    this.#open = { committedAt, endLsn: undefined, unfinished: 0 };
    this.#commits.push(this.#open);
  }

  add(lsn: bigint, content: Buffer): void {
    const commit = this.#open;
    if (commit === undefined) throw new Error('A message came outside a transaction');
    const { entry, number } = fromMessage(content);
    const { header } = this.options;
    const numbered =
      header !== undefined && number > 0n
        ? { ...entry.headers, [header]: `${number}`.padStart(NUMBER_DIGITS, '0') }
        : entry.headers;
    const partition = partitionOf(entry.key, LANES);
    const row = {
      ...entry,
      headers: numbered,
      position: AFTER_TABLES | lsn,
      partition,
      appendedAt: commit.committedAt,
    };
    const bytes = content.byteLength;
    this.#entries.push({ ordinal: this.#next++, commit, partition, bytes, row });
    this.#bytes += bytes;
    this.#unfinished += 1;
    commit.unfinished += 1;
  }

  commit(endLsn: bigint): void {
    if (this.#open !== undefined) this.#open.endLsn = endLsn;
    this.#open = undefined;
    this.reached(endLsn);
  }

  reached(lsn: bigint): void {
    if (lsn > this.#reached) this.#reached = lsn;
  }

  /** Up to where the slot's messages are here, or were. */
  get reachedLsn(): bigint {
    return this.#reached;
  }

  /**
   * Others go on behind a row that is refused, until a lot would come again after a crash. `share`: how
   * full it may be, of 1.
   */
  hasRoom(share = 1): boolean {
    const rows = this.options.windowRows * share;
    const kept = this.#entries.length - this.#head;
    const bytes = this.options.windowBytes * share;
    return this.#unfinished < rows && kept < rows * REMEMBERED && this.#bytes < bytes;
  }

  /** Where the slot may begin from now on: everything before is finished. 0 when nothing is known. */
  get confirmable(): bigint {
    let done = 0;
    for (const { endLsn, unfinished } of this.#commits) {
      if (endLsn === undefined || unfinished > 0) break;
      this.#confirmable = endLsn;
      done += 1;
    }
    if (done > 0) this.#commits.splice(0, done);
    if (this.#commits.length === 0 && this.#reached > this.#confirmable)
      this.#confirmable = this.#reached;
    return this.#confirmable;
  }

  /** Rows that are not finished, and when the oldest was committed. */
  get unfinished(): { readonly count: number; readonly since: Date | undefined } {
    const oldest = this.#commits.find(({ unfinished }) => unfinished > 0);
    return { count: this.#unfinished, since: oldest?.committedAt };
  }

  finish(row: LogRow): void {
    const entry = this.#handedOver.get(row);
    if (entry?.row === undefined) return;
    entry.row = undefined;
    entry.commit.unfinished -= 1;
    this.#unfinished -= 1;
    this.#bytes -= entry.bytes;
    this.#trim();
  }

  async read(cursors: readonly PartitionCursor[]): Promise<{ rows: ReadRow[]; more: boolean }> {
    const lanes = new Map(cursors.map((cursor) => [cursor.partition, cursor]));
    const positions = cursors.map(({ point }) => Number(point.position));
    const first = this.#next - this.#entries.length;
    const rows: ReadRow[] = [];
    let bytes = 0;
    let index = Math.max(this.#head, Math.min(...positions) + 1 - first);
    let more = false;
    for (; index < this.#entries.length; index++) {
      const entry = this.#entries[index]!;
      const cursor = lanes.get(entry.partition);
      if (cursor === undefined || entry.row === undefined) continue;
      if (Number(cursor.point.position) >= entry.ordinal) continue;
      more = rows.length >= this.options.batch;
      more ||= rows.length > 0 && bytes + entry.bytes > this.options.maxBytes;
      if (more) break;
      const row: LogRow = { ...entry.row, signal: cursor.signal };
      this.#handedOver.set(row, entry);
      rows.push(cursor.take(row, pointAt(entry.ordinal - 1)));
      bytes += entry.bytes;
    }
    const scanned = first + index - 1;
    for (const cursor of cursors)
      if (Number(cursor.point.position) < scanned) cursor.point = pointAt(scanned);
    return { rows, more };
  }

  #trim(): void {
    const entries = this.#entries;
    while (this.#head < entries.length && entries[this.#head]?.row === undefined) this.#head += 1;
    if (this.#head < TRIM_AT && this.#head < entries.length) return;
    entries.splice(0, this.#head);
    this.#head = 0;
  }
}

/** In a window, a cursor is the number of the row up to which a lane is read. */
export function pointAt(ordinal: number) {
  return { prev: '', cur: null, position: BigInt(ordinal) };
}
