import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs } from './backoff.js';
import { Bell } from './bell.js';
import { LogError } from './errors.js';
import type { HeldPartition, Keeper } from './keeper.js';
import { PartitionCursor } from './partition-cursor.js';

/** Commits of cursors closer together than this become one; a crash repeats what finished meanwhile. */
const COMMIT_EVERY_MS = 50;
const RECONNECT = { minMs: 50, maxMs: 2000 };
/** How long the end waits for a database that does not answer; its leases then run out by themselves. */
const LEAVE_TIMEOUT_MS = 2000;

export interface HoldingsOptions {
  readonly leaseMs: number;
  /** Partitions were claimed, lost or are to be given back. */
  readonly onChange: () => void;
  /** This reader has partitions, or there are none for it: the group has more members than partitions. */
  readonly onSettled: () => void;
  /** The keeper refuses for good. */
  readonly onFatal: (error: LogError) => void;
  readonly onError: (error: Error, failures: number) => void;
}

/** The partitions that a reader has: renews their leases in the background, commits their cursors, gives them back. */
export class Holdings {
  readonly cursors = new Map<number, PartitionCursor>();
  readonly #bell = new Bell();
  /** The last claim of each partition that was lost. */
  readonly #retired = new Map<number, PartitionCursor>();
  #joined = true;
  #ended = false;
  #loop: Promise<void> | undefined;
  #freshUntil = 0;
  #committing = false;
  #commitTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly keeper: Keeper,
    private readonly options: HoldingsOptions,
  ) {}

  /** Renews and claims in the background until {@link end}. */
  start(): void {
    this.#loop = this.#keep();
  }

  /** The leases can't have run out yet, by this process's monotonic clock. */
  get fresh(): boolean {
    return performance.now() < this.#freshUntil;
  }

  /** Renew and claim now: members changed, or leases may have run out. */
  hurry(): void {
    this.#bell.ring();
  }

  /**
   * Goes back to the committed cursors. To be called when a connection broke: PostgreSQL may have
   * crashed, and then it gives out again the transaction ids that were not on disk yet. A snapshot
   * kept in memory takes such a transaction for one that it has shown already; a snapshot that was
   * read back after the crash does not: what wrote it is on disk and has a later id than all it shows.
   */
  retire(): void {
    this.#joined = false;
    this.#freshUntil = 0;
    const error = new LogError('CONNECTION_LOST', 'The connection to the log was lost', true);
    for (const cursor of this.cursors.values()) this.#drop(cursor, error);
    this.options.onChange();
    this.hurry();
  }

  /** Commits what can be committed, soon. */
  commitSoon(): void {
    if (this.#committing || this.#ended) return;
    this.#committing = true;
    this.#commitTimer = setTimeout(async () => {
      try {
        await this.#advance([...this.cursors.values()].filter((cursor) => cursor.dirty));
      } catch (error) {
        this.options.onError(error as Error, 1);
      } finally {
        this.#committing = false;
      }
      if ([...this.cursors.values()].some((cursor) => cursor.dirty)) this.commitSoon();
    }, COMMIT_EVERY_MS);
  }

  /** Gives partitions back to the group; nothing of them may be under way. */
  async giveBack(cursors: readonly PartitionCursor[]): Promise<void> {
    for (const cursor of cursors) this.cursors.delete(cursor.partition);
    await this.keeper.release(cursors.map(held));
  }

  /** Commits, gives everything back and leaves the group; in bounded time. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#bell.ring();
    clearTimeout(this.#commitTimer);
    const leave = async () => {
      await this.#loop;
      if (this.cursors.size > 0) await this.giveBack([...this.cursors.values()]);
      await this.keeper.leave();
    };
    const timeout = new AbortController();
    await Promise.race([
      leave().catch((error: Error) => this.options.onError(error, 1)),
      sleep(LEAVE_TIMEOUT_MS, undefined, { signal: timeout.signal }).catch(() => undefined),
    ]);
    timeout.abort();
  }

  async #keep(): Promise<void> {
    let failures = 0;
    while (!this.#ended) {
      this.#bell.clear();
      try {
        if (!this.#joined) await this.keeper.join();
        this.#joined = true;
        await this.#round();
        failures = 0;
      } catch (error) {
        if (error instanceof LogError && !error.retryable) return this.options.onFatal(error);
        failures += 1;
        this.options.onError(error as Error, failures);
      }
      if (failures === 0) await this.#bell.wait(this.options.leaseMs / 3);
      else if (!this.#ended) await sleep(backoffMs(failures, RECONNECT));
    }
  }

  async #round(): Promise<void> {
    const sentAt = performance.now();
    const share = await this.keeper.beat();
    await this.#advance([...this.cursors.values()]);
    this.#freshUntil = sentAt + this.options.leaseMs;
    const all = [...this.cursors.values()];
    all.forEach((cursor, index) => (cursor.draining = index >= share));
    if (all.length < share && !this.#ended) {
      const held = all.map(({ partition }) => partition);
      for (const claimed of await this.keeper.claim(share - all.length, held)) {
        const before = this.#retired.get(claimed.partition);
        this.#retired.delete(claimed.partition);
        this.cursors.set(claimed.partition, new PartitionCursor(claimed, before));
      }
    }
    if (this.cursors.size > 0 || share === 0) this.options.onSettled();
    this.options.onChange();
  }

  async #advance(cursors: readonly PartitionCursor[]): Promise<void> {
    if (cursors.length === 0) return;
    const passed = cursors.map((cursor) => cursor.passed);
    const kept = await this.keeper.advance(cursors.map(held));
    cursors.forEach((cursor, index) => {
      if (kept.has(cursor.partition)) cursor.committed(passed[index] ?? 0);
      else if (this.cursors.get(cursor.partition) === cursor) this.#lose(cursor);
    });
  }

  #lose(cursor: PartitionCursor): void {
    const error = new LogError(
      'LEASE_LOST',
      `The lease on partition ${cursor.partition} was lost: this reader was silent for longer than ${this.options.leaseMs} ms and another one has it now`,
      true,
    );
    this.#drop(cursor, error);
    this.options.onError(error, 1);
    this.options.onChange();
  }

  #drop(cursor: PartitionCursor, reason: LogError): void {
    this.cursors.delete(cursor.partition);
    cursor.lose(reason);
    if (cursor.underWay > 0 || cursor.isWaiting) this.#retired.set(cursor.partition, cursor);
  }
}

function held(cursor: PartitionCursor): HeldPartition {
  return { partition: cursor.partition, fence: cursor.fence, point: cursor.commitPoint };
}
