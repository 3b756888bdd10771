import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs } from './backoff.js';
import { Bell } from './bell.js';
import type { Doorbell, Listener } from './doorbell.js';
import { LogError } from './errors.js';
import { HandedOver } from './handed-over.js';
import { Holdings } from './holdings.js';
import type { Keeper } from './keeper.js';
import type { PartitionCursor, ReadRow } from './partition-cursor.js';
import type { LogReader, OnRows, ReaderOptions } from './reader-options.js';
import type { Steps } from './steps.js';

const RECONNECT = { minMs: 50, maxMs: 2000 };

export interface GroupReaderOptions extends Pick<
  ReaderOptions,
  'group' | 'streams' | 'handOver' | 'batches' | 'window' | 'onError'
> {
  readonly keeper: Keeper;
  readonly steps: Steps;
  readonly doorbell: Pick<Doorbell, 'add' | 'remove'>;
  /** Closes what `steps` reads from. */
  readonly closeSession: () => Promise<void>;
  readonly leaseMs: number;
  readonly pollMs: number;
  /** Rows of a partition that are read ahead of its lowest unfinished one. */
  readonly readAhead: number;
  readonly retry: { readonly minMs: number; readonly maxMs: number };
}

/** Reads the partitions that it holds, ahead of what is committed, and hands the rows over. */
export class GroupReader implements LogReader, Listener {
  readonly ready: Promise<void>;
  readonly #becomeReady: () => void;
  readonly #options: GroupReaderOptions;
  readonly #holdings: Holdings;
  readonly #handedOver: HandedOver;
  /** There may be something to read or to tidy up. */
  readonly #work = new Bell();
  /** There may be room for what is read and not handed over. */
  readonly #room = new Bell();
  #buffer: ReadRow[] = [];
  /** Not read further until more of their rows are finished. */
  #heldBack: ReadonlySet<PartitionCursor> = new Set();
  #stopping = false;
  #fatal: LogError | undefined;

  constructor(options: GroupReaderOptions) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ready = promise;
    this.#becomeReady = resolve;
    this.#options = options;
    this.#handedOver = new HandedOver(options, (row, outcome) => this.#onSettled(row, outcome));
    this.#holdings = new Holdings(options.keeper, {
      leaseMs: options.leaseMs,
      onChange: () => this.#ringAll(),
      onSettled: this.#becomeReady,
      onFatal: (error) => ((this.#fatal = error), (this.#stopping = true), this.#ringAll()),
      onError: (error, failures) => options.onError?.(error, failures),
    });
  }

  async run(onRows: OnRows, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    const stop = () => ((this.#stopping = true), this.#ringAll());
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    this.#options.doorbell.add(this);
    try {
      await this.#join(signal);
      if (!this.#stopping) await this.#read(onRows, signal);
      if (this.#fatal) throw this.#fatal;
    } finally {
      this.#stopping = true;
      this.#options.doorbell.remove(this);
      signal.removeEventListener('abort', stop);
      this.#dropUnhanded();
      while (!this.#handedOver.isEmpty) await this.#room.wait(1000);
      await this.#holdings.end();
      await this.#options.closeSession();
      this.#becomeReady();
    }
  }

  onAppended(streams: readonly string[] | undefined): void {
    const mine = this.#options.streams;
    const concerns = !streams || !mine || streams.some((stream) => mine.includes(stream));
    if (concerns) this.#work.ring();
  }

  onMembers(group: string): void {
    if (group === this.#options.group) this.#holdings.hurry();
  }

  onConnectionLost(): void {
    this.#holdings.retire();
  }

  async #join(signal: AbortSignal): Promise<void> {
    for (let failures = 1; !this.#stopping; failures++) {
      try {
        await this.#options.keeper.join();
        this.#holdings.start();
        return;
      } catch (error) {
        await this.#recover(error, failures, signal);
      }
    }
  }

  async #read(onRows: OnRows, signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!this.#stopping) {
      this.#work.clear();
      this.#tidy();
      let more = false;
      try {
        const read = await this.#options.steps.read(this.#readable());
        this.#buffer = read.rows;
        more = read.more;
        failures = 0;
      } catch (error) {
        this.#dropUnhanded();
        await this.#recover(error, ++failures, signal);
        continue;
      }
      await this.#handOver(onRows);
      if (!more) await this.#work.wait(this.#idleMs());
    }
  }

  async #handOver(onRows: OnRows): Promise<void> {
    while (this.#buffer.length > 0 && !this.#stopping) {
      this.#room.clear();
      this.#tidy();
      const isFresh = this.#holdings.fresh;
      if (!isFresh) this.#holdings.hurry();
      if (isFresh && this.#handedOver.take(this.#buffer, onRows) > 0) {
        this.#buffer = this.#buffer.filter((row) => row.state === 'read');
      } else {
        await this.#room.wait(1000);
      }
    }
  }

  /** Rewinds what was rejected, gives back what is drained, forgets what was read of either. */
  #tidy(): void {
    const drained: PartitionCursor[] = [];
    for (const cursor of this.#holdings.cursors.values()) {
      if (cursor.failed || cursor.draining) cursor.dropUnhanded();
      if (cursor.underWay > 0) continue;
      if (cursor.failed) {
        cursor.rewind();
        cursor.resumeAt = performance.now() + backoffMs(cursor.failures, this.#options.retry);
      }
      if (cursor.draining) drained.push(cursor);
    }
    this.#buffer = this.#buffer.filter((row) => row.state === 'read');
    if (drained.length === 0) return;
    this.#holdings.giveBack(drained).catch((error: Error) => this.#options.onError?.(error, 1));
  }

  #readable(): PartitionCursor[] {
    const now = performance.now();
    const cursors = [...this.#holdings.cursors.values()];
    this.#heldBack = new Set(cursors.filter((cursor) => cursor.ahead >= this.#options.readAhead));
    return cursors.filter(
      (cursor) =>
        !cursor.failed &&
        !cursor.draining &&
        !cursor.isWaiting &&
        cursor.resumeAt <= now &&
        !this.#heldBack.has(cursor),
    );
  }

  #idleMs(): number {
    const now = performance.now();
    const pauses = [...this.#holdings.cursors.values()]
      .map((cursor) => cursor.resumeAt - now)
      .filter((pauseMs) => pauseMs > 0);
    return Math.min(this.#options.pollMs, ...pauses);
  }

  #onSettled({ cursor }: ReadRow, outcome: PromiseSettledResult<void>): void {
    if (outcome.status === 'rejected' && !this.#stopping && !cursor.signal.aborted) {
      this.#options.onError?.(asError(outcome.reason), cursor.failures);
    }
    if (cursor.dirty) this.#holdings.commitSoon();
    const resumes = this.#heldBack.has(cursor) && cursor.ahead < this.#options.readAhead;
    const isOver = cursor.failed || cursor.draining || cursor.signal.aborted;
    if (resumes || (isOver && cursor.underWay === 0)) this.#work.ring();
    this.#room.ring();
  }

  #dropUnhanded(): void {
    for (const cursor of this.#holdings.cursors.values()) cursor.dropUnhanded();
    this.#buffer = [];
  }

  async #recover(error: unknown, failures: number, signal: AbortSignal): Promise<void> {
    if (error instanceof LogError && !error.retryable) throw error;
    this.#options.onError?.(asError(error), failures);
    await sleep(backoffMs(failures, RECONNECT), undefined, { signal }).catch(() => undefined);
  }

  #ringAll(): void {
    this.#work.ring();
    this.#room.ring();
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`Not an Error was thrown: ${String(thrown)}`);
}
