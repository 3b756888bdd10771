import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { backoffMs } from '../backoff.js';
import type { HeldPartition, Keeper } from '../keeper.js';
import type { ClaimedPartition, PartitionCursor, ReadRow } from '../partition-cursor.js';
import type { LogRow } from '../entry.js';
import type { Session } from '../session.js';
import type { Steps } from '../steps.js';
import { lsnText } from './lsn.js';
import { Slot } from './slot.js';
import { slotStatements } from './slot-statements.js';
import { WalStream } from './wal-stream.js';
import { LANES, pointAt, WalWindow, type WindowOptions } from './wal-window.js';

/** How long a server may take to notice that it ended the reader before us. */
const TAKE_OVER_MS = 5000;
/** SQLSTATE object_in_use: somebody else reads the slot. */
const IN_USE = '55006';
const REOPEN = { minMs: 50, maxMs: 2000 };
const REACH_MS = 500;

export interface SlotKeeperOptions extends WindowOptions {
  readonly schema: string;
  readonly slot: Slot;
  readonly leaseMs: number;
  /** How replication connects. */
  readonly connection: pg.ClientConfig;
  /** Rows arrived. */
  readonly onArrived: () => void;
  /** The replication connection broke: everything is to be claimed anew. */
  readonly onLost: (error: Error) => void;
}

/** What is read under one claim. */
interface Reading {
  readonly stream: WalStream;
  readonly window: WalWindow;
  readonly fence: string;
  paused: boolean;
}

/**
 * Lets one reader at a time have the slot, by a lease with a fencing token beside it: a reader that
 * lost the lease can neither move the slot nor be connected to it. All lanes go together.
 */
export class SlotKeeper implements Keeper, Steps {
  readonly #me = randomUUID();
  readonly #sql: ReturnType<typeof slotStatements>;
  #reading: Reading | undefined;
  /** Of the replication connection, since a row was finished. */
  #losses = 0;

  constructor(
    private readonly session: Session,
    private readonly options: SlotKeeperOptions,
  ) {
    this.#sql = slotStatements(options.schema);
  }

  /** What is under way here; undefined while another one reads. */
  get reading(): Pick<Reading, 'stream' | 'window'> | undefined {
    return this.#reading;
  }

  async join(): Promise<void> {
    this.stopReading();
    await this.options.slot.check(this.#query);
  }

  async beat(): Promise<number> {
    const { owner } = await this.options.slot.check(this.#query);
    return owner === null || owner === this.#me ? LANES : 0;
  }

  async claim(_count: number, held: readonly number[]): Promise<readonly ClaimedPartition[]> {
    if (held.length > 0) return [];
    this.stopReading();
    const { leaseMs } = this.options;
    const [claim] = await this.#run<{ fence: string }>('claim', [this.#me, leaseMs]);
    if (claim === undefined) return [];
    await this.options.slot.checkPlace(this.#query);
    if (this.#losses > 0) await sleep(backoffMs(this.#losses, REOPEN));
    const reading = await this.#open(claim.fence);
    if (reading.stream.isOver) throw new Error('The replication connection was lost at once');
    this.#reading = reading;
    return Array.from({ length: LANES }, (_, partition) => ({
      partition,
      fence: claim.fence,
      point: pointAt(0),
    }));
  }

  async advance(held: readonly HeldPartition[]): Promise<ReadonlySet<number>> {
    const reading = this.#reading;
    if (reading === undefined) return new Set();
    const confirmable = reading.window.confirmable;
    const { count, since } = reading.window.unfinished;
    const at = [this.#me, reading.fence, lsnText(confirmable)];
    const kept = await this.#run('advance', [...at, this.options.leaseMs, count, since ?? null]);
    if (kept.length === 0) {
      this.stopReading();
      return new Set();
    }
    // Only what the row says already, so that a slot that is ahead of its row was moved by another.
    if (this.#reading === reading) reading.stream.confirm(confirmable);
    return new Set(held.map(({ partition }) => partition));
  }

  async release(): Promise<void> {
    const reading = this.#reading;
    if (reading === undefined) return;
    const confirmable = reading.window.confirmable;
    await this.#run('release', [this.#me, reading.fence, lsnText(confirmable)]);
    reading.stream.confirm(confirmable);
    this.stopReading();
  }

  async leave(): Promise<void> {
    this.stopReading();
  }

  async read(cursors: readonly PartitionCursor[]): Promise<{ rows: ReadRow[]; more: boolean }> {
    const reading = this.#reading;
    if (reading === undefined || cursors.length === 0) return { rows: [], more: false };
    const read = await reading.window.read(cursors);
    this.#flow(reading);
    return read;
  }

  /** The row is published; it is not read again. */
  finish(row: LogRow): void {
    this.#losses = 0;
    const reading = this.#reading;
    reading?.window.finish(row);
    if (reading?.paused) this.#flow(reading);
  }

  /** Waits until everything up to this place was looked at: a moment, unless there is no room for more. */
  async reached(lsn: bigint): Promise<void> {
    const reading = this.#reading;
    const giveUpAt = performance.now() + REACH_MS;
    while (reading !== undefined && reading === this.#reading && performance.now() < giveUpAt) {
      if (reading.window.reachedLsn >= lsn || !reading.window.hasRoom()) return;
      reading.stream.ask();
      await sleep(5);
    }
  }

  /** Closes the replication connection. What was not confirmed comes again. */
  stopReading(): void {
    this.#reading?.stream.close();
    this.#reading = undefined;
  }

  async #open(fence: string): Promise<Reading> {
    const { schema, connection, leaseMs, slot } = this.options;
    const { slot: name } = await slot.state(this.#query);
    const window = new WalWindow(this.options);
    const options = { connection, slot: name, publication: schema, silenceMs: leaseMs };
    const fail = (error: Error) => {
      if (this.#reading?.window !== window) return;
      this.stopReading();
      this.#losses += 1;
      this.options.onLost(error);
    };
    const events = {
      begin: (committedAt: Date) => window.begin(committedAt),
      message: ({ lsn, prefix, content }: { lsn: bigint; prefix: string; content: Buffer }) => {
        if (prefix === schema) window.add(lsn, content);
      },
      commit: (endLsn: bigint) => window.commit(endLsn),
      reached: (lsn: bigint) => window.reached(lsn),
      arrived: () => {
        if (this.#reading?.window === window) this.#flow(this.#reading);
        this.options.onArrived();
      },
      ended: fail,
    };
    const giveUpAt = performance.now() + TAKE_OVER_MS;
    for (;;) {
      // Whoever is connected without the lease was stopped for longer than it, or is just leaving.
      await this.#run('evict', [name]);
      try {
        return { stream: await WalStream.open(options, events), window, fence, paused: false };
      } catch (error) {
        const inUse = (error as { code?: unknown }).code === IN_USE;
        if (!inUse || performance.now() > giveUpAt) throw error;
        await sleep(20);
      }
    }
  }

  /** Takes more when half of it is finished. */
  #flow(reading: Reading): void {
    if (reading.window.hasRoom(reading.paused ? 0.5 : 1) !== reading.paused) return;
    reading.paused = !reading.paused;
    if (reading.paused) reading.stream.pause();
    else reading.stream.resume();
  }

  readonly #query = <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
    this.session.query<Row>({ text, values });

  #run<Row extends pg.QueryResultRow>(
    name: keyof ReturnType<typeof slotStatements>,
    values: unknown[],
  ): Promise<Row[]> {
    return this.session.query<Row>({ name: `wal-${name}`, text: this.#sql[name], values });
  }
}
