import type pg from 'pg';
import type { Listener } from '../doorbell.js';
import { GroupReader } from '../group-reader.js';
import type { LogReader, OnRows, ReaderOptions } from '../reader-options.js';
import { connectionOf, Session } from '../session.js';
import type { Slot } from './slot.js';
import { SlotKeeper } from './slot-keeper.js';

export type WalReaderOptions = Pick<
  ReaderOptions,
  | 'leaseMs'
  | 'batch'
  | 'maxBytes'
  | 'handOver'
  | 'batches'
  | 'window'
  | 'pollMs'
  | 'retry'
  | 'onError'
>;

/** Rows that wait for the oldest unfinished one. More costs memory, and is repeated after a crash. */
const WINDOW_ROWS = 10_000;
const WINDOW_BYTES = 16 * 1024 * 1024;
/** Longer than a broker needs to refuse a batch; a key that is refused pauses by itself. */
const LOOK_MS = 1000;

/** What is read and not yet finished. */
export interface Unconfirmed {
  readonly count: number;
  readonly since: Date | undefined;
}

/** Reads a log in the WAL while it has the slot; stands by while another one has it. */
export class WalReader implements LogReader {
  readonly ready: Promise<void>;
  readonly #reader: GroupReader;
  readonly #keeper: SlotKeeper;
  #listener: Listener | undefined;

  constructor(
    options: WalReaderOptions,
    around: {
      pool: pg.Pool;
      schema: string;
      slot: Slot;
      /** That gets an entry's number. */
      header: string | undefined;
    },
  ) {
    const { leaseMs = 5000, batch = 500, maxBytes = 8 * 1024 * 1024 } = options;
    const lost = () => {
      this.#keeper.stopReading();
      this.#listener?.onConnectionLost();
    };
    const connection = connectionOf(around.pool, '');
    const control = new Session(connection, undefined, lost);
    this.#keeper = new SlotKeeper(control, {
      ...{
        schema: around.schema,
        slot: around.slot,
        connection,
        leaseMs,
        header: around.header,
        batch,
        maxBytes,
      },
      windowRows: Math.max(WINDOW_ROWS, 2 * batch),
      windowBytes: Math.max(WINDOW_BYTES, 2 * maxBytes),
      onArrived: () => this.#listener?.onAppended(undefined),
      onLost: (error) => {
        options.onError?.(error, 1);
        this.#listener?.onConnectionLost();
      },
    });
    this.#reader = new GroupReader({
      ...{ group: around.schema, leaseMs, keeper: this.#keeper, steps: this.#keeper },
      handOver: options.handOver,
      batches: options.batches,
      window: options.window,
      onError: options.onError,
      doorbell: {
        add: (listener) => void (this.#listener = listener),
        remove: () => void (this.#listener = undefined),
      },
      closeSession: () => control.close(),
      pollMs: LOOK_MS,
      readAhead: Infinity,
      retry: { minMs: options.retry?.minMs ?? 50, maxMs: options.retry?.maxMs ?? 10_000 },
    });
    this.ready = this.#reader.ready;
  }

  run(onRows: OnRows, options: { readonly signal: AbortSignal }): Promise<void> {
    return this.#reader.run((rows) => {
      const outcome = onRows(rows);
      return rows.map(async (row, index) => {
        await (outcome instanceof Promise ? outcome : outcome[index]);
        this.#keeper.finish(row);
      });
    }, options);
  }

  /** Looked at up to `lsn`, if that takes no longer than a moment; undefined while another one reads. */
  async unconfirmed(lsn: bigint): Promise<Unconfirmed | undefined> {
    const reading = this.#keeper.reading;
    if (reading === undefined) return undefined;
    await this.#keeper.reached(lsn);
    const { reachedLsn, unfinished } = reading.window;
    const isWhole = reachedLsn >= lsn || !reading.window.hasRoom();
    return isWhole ? unfinished : { ...unfinished, count: NaN };
  }
}
