import type { LogRow } from './entry.js';

/** How a group reads. Groups know nothing of each other; each gets every entry of its streams. */
export interface ReaderOptions {
  /** Its members share the rows, and its place is kept under this name. */
  readonly group: string;
  /** @default every stream */
  readonly streams?: readonly string[];
  /** Where a group that is new starts: with the oldest retained entry, or with what commits from now on. */
  readonly from: 'start' | 'end';
  /**
   * The group is this reader alone, has no cursor in the database and ends with `run`.
   * @default false
   */
  readonly ephemeral?: boolean;
  /**
   * When a reader has been silent for so long, others take its partitions. Shorter recovers faster
   * from a kill, and repeats more when a process merely stalls.
   * @default 5000
   */
  readonly leaseMs?: number;
  /** Rows read at once. More costs memory and makes a cold reader faster. @default 500 */
  readonly batch?: number;
  /** Bytes of bodies read at once; a single larger row is still read. @default 8 MiB */
  readonly maxBytes?: number;
  /**
   * How `onRows` is called. `batch`: again when everything of the last call is settled, while the
   * next rows are read. `row`: again as soon as the window of unfinished rows has room.
   * @default 'batch'
   */
  readonly handOver?: 'batch' | 'row';
  /**
   * Batches that are under way at once, with `handOver: 'batch'`; each has partitions of its own, so that
   * no two of them share a key. More hides the time that each waits for its answer. @default 1
   */
  readonly batches?: number;
  /** Bounds of what is handed over and unfinished, with `handOver: 'row'`. */
  readonly window?: {
    /** Rows. @default 500 */
    readonly count?: number;
    /** Bytes of bodies. @default 16 MiB */
    readonly bytes?: number;
  };
  /** Without any signal, look so often: finds what was committed by a process that died before its wake. @default 1000 */
  readonly pollMs?: number;
  /** Pause before rows whose promise was rejected are read again: exponential with full jitter. */
  readonly retry?: {
    /** The longest first pause. @default 50 */
    readonly minMs?: number;
    /** The longest pause of all. @default 10000 */
    readonly maxMs?: number;
  };
  /**
   * Told of errors from which the reader recovers by itself (PostgreSQL away, a lease lost), with
   * the number of failures in a row. @default nobody
   */
  readonly onError?: (error: Error, failures: number) => void;
}

/**
 * Takes rows, in order within each key. Returns one promise for all of them or one for each row,
 * in their order. Fulfilled: finished; the cursor of a partition moves to just before its lowest
 * unfinished row. Rejected: read and handed over again from the lowest unfinished row of its
 * partition, after a pause, once everything of the partition is settled; so later rows of that
 * partition may come twice. Every promise must settle in bounded time after `signal` of `run` is aborted.
 */
export type OnRows = (rows: readonly LogRow[]) => Promise<void> | readonly Promise<void>[];

/** A member of a group. */
export interface LogReader {
  /** Fulfilled when the group's start is fixed and this reader has partitions, or there are none for it. */
  readonly ready: Promise<void>;
  /**
   * Reads until `signal` is aborted, then waits for what it handed over to settle, moves the
   * cursors and gives its partitions back. Recovers by itself when PostgreSQL goes away. Call it once.
   * @throws LogError CURSOR_FOREIGN when the group's cursor belongs to another server
   */
  run(onRows: OnRows, options: { readonly signal: AbortSignal }): Promise<void>;
}
