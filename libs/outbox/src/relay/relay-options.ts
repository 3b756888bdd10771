import type { Stream } from '@mesh/contracts';
import type { Publisher } from '@mesh/messaging';
import type { LogRow, PgLog } from '@mesh/pg-log';
import type { FailurePolicy } from '../dead-letters/parking.js';
import type { Backlog } from '../postgres/backlog.js';
import type { Queryable } from '../postgres/queryable.js';

/** What a relay reads: a {@link PgLog} in the schema of the outbox, or a WalLog. */
export interface RelayLog extends Pick<PgLog, 'reader' | 'wake'> {
  /** What is committed and not confirmed; not a number when only another replica knows. @default counted in the table */
  backlog?(): Promise<Backlog>;
}

/** What a relay reads, where it publishes, and how it waits. */
export interface RelayOptions {
  /** The log that the {@link Outbox} appends to. */
  readonly log: RelayLog;
  /** The service's database, for the dead letters. */
  readonly pool: Queryable;
  /** The publisher for streams of a kind; asked for again at each batch. */
  readonly publishers: (kind: Stream['kind']) => Promise<Publisher>;
  /** Bounds of what is read at once. Two batches of it are under way, of which no key is in both. */
  readonly batch?: {
    /** Events. More raises the rate, and what is repeated after a crash. @default 1000 */
    readonly count?: number;
    /** Bytes of data; a single larger event is still taken. @default 4 MiB */
    readonly bytes?: number;
  };
  /** Pause before a refused event is tried again: exponential with full jitter. */
  readonly retry?: {
    /** The longest first pause. @default 50 */
    readonly minMs?: number;
    /** The longest pause of all. More spares a broker that refuses, and publishes later. @default 10000 */
    readonly maxMs?: number;
  };
  /** When a relay has been silent for so long, another replica takes over. @default 5000 */
  readonly leaseMs?: number;
  /** Without any wake, look so often. @default 1000 */
  readonly pollMs?: number;
  /**
   * What becomes of an event that can never be published; either way it goes to the dead letters.
   * `skip`: later events of its key go on. `park-key`: they are parked behind it, in their order, until
   * it is redriven. @default 'skip'
   */
  readonly unpublishable?: FailurePolicy;
  /**
   * An event for a stream that this version's catalog does not have waits so long for a newer version, as in a
   * rolling deployment, and with it its partition, a sixteenth of all keys; then it is unpublishable.
   * @default 60000
   */
  readonly unknownStreamMs?: number;
  /** Told of parked events, failures and the end. @default nobody */
  readonly hooks?: RelayHooks;
  /** Named in the commands that errors give to operators. @default 'SERVICE' */
  readonly service?: string;
}

/** Told what a person may have to know; the numbers are metrics already. Must not throw. */
export interface RelayHooks {
  /** This row can never be published and went to the dead letters. */
  parked?(row: LogRow, error: Error): void;
  /** Something failed that is tried again; `failures` in a row. */
  failed?(error: Error, failures: number): void;
  /** The relay can't go on, such as with a cursor of another server. */
  ended?(error: Error): void;
}

/** How long the end of a relay may take; the sum is the most. */
export interface StopOptions {
  /** Goes on publishing what is committed for so long. @default 0 */
  readonly flushMs?: number;
  /** Waits so long for what it took to be confirmed or refused. @default 3000 */
  readonly graceMs?: number;
}
