import { fullJitterMs } from './backoff.js';
import { Batching } from './batching.js';
import { measuredDispatch } from './dispatch-metrics.js';
import type { Entry, Lane } from './lane.js';
import type { DispatchableDelivery, DispatcherOptions, FailedAttempt, Outcome } from './options.js';
import { RetryLaterError } from './retry-later-error.js';
import { asError, deadLetterReasonOf } from './verdict.js';
import { Waiters } from './waiters.js';

export type { DispatchableDelivery, DispatcherOptions, FailedAttempt, Outcome };

/**
 * Hands deliveries to a handler: in parallel by key, one at a time within a key and in the order of
 * `dispatch`; a delivery without a key waits for nobody. A failed delivery is tried again in place
 * after a pause, while later ones of its key wait and other keys go on. With a handler that takes
 * batches, what is ready at once goes together, also several of one key in their order.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #lanes = new Map<string, Lane>();
  readonly #unfinished = new Set<Entry>();
  /** Lanes that wait for a free handler; read from `#readyHead`. */
  readonly #ready: Lane[] = [];
  #readyHead = 0;
  #running = 0;
  #bytes = 0;
  #held = false;
  /** Set while the intake is paused. */
  #pauseTimer: NodeJS.Timeout | undefined;
  #closing = false;
  readonly #batching: Batching | null;
  readonly #measured: ReturnType<typeof measuredDispatch>;
  #gathering = false;
  readonly #roomWaiters = new Waiters();
  /** Of those who wait until nothing runs (`hold`) or nothing is left (`close`). */
  readonly #quietWaiters = new Waiters();
  readonly #idleWaiters = new Waiters();

  constructor(options: DispatcherOptions) {
    this.#options = options;
    const { batches } = options.handler;
    this.#batching = batches === undefined ? null : new Batching(batches);
    this.#measured = measuredDispatch({
      group: options.group,
      limit: options.window.count,
      unfinished: () => this.#unfinished.size,
    });
  }

  /** Whether the window has room now. */
  get hasRoom(): boolean {
    const { window } = this.#options;
    return this.#closing || (this.#unfinished.size < window.count && this.#bytes < window.bytes);
  }

  /** Deliveries that are dispatched and unfinished. */
  get unfinished(): number {
    return this.#unfinished.size;
  }

  /** Fulfilled when the window has room, or the dispatcher closes. */
  room(): Promise<void> {
    if (this.hasRoom) return Promise.resolve();
    return this.#roomWaiters.wait();
  }

  /** Takes the delivery whether or not there is room; never rejects. */
  dispatch(delivery: DispatchableDelivery): Promise<Outcome> {
    if (this.#closing) return Promise.resolve('abandoned');
    this.#measured.delivered(delivery.attempt);
    return new Promise((settle) => {
      const lane = this.#laneOf(delivery.key);
      const entry: Entry = {
        delivery,
        lane,
        settle,
        state: 'queued',
        alone: false,
        condemned: null,
        endPause: null,
      };
      this.#unfinished.add(entry);
      this.#bytes += delivery.body.byteLength;
      if (lane.entries.push(entry) === 1) this.#start(lane);
    });
  }

  /**
   * Handles what is dispatched, for at most `limitMs` and except what pauses before another try;
   * then starts no handler until `release`. The moment after is the one to commit and to give
   * deliveries away: what ran ahead of an unfinished one would be repeated by whoever takes over.
   */
  async hold(limitMs: number): Promise<void> {
    const gathers = this.#batching?.any === true && !this.#stopped;
    if (this.#running > 0 || gathers) await this.#quietWaiters.wait(limitMs);
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    this.#startReady();
  }

  /**
   * Abandons what has not started, waits at most `graceMs` for the handlers that run, then abandons
   * those too. Idempotent.
   */
  async close(graceMs: number): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#pauseTimer);
    for (const entry of [...this.#unfinished])
      if (entry.state !== 'running') this.#finish(entry, 'abandoned');
    if (this.#unfinished.size > 0) await this.#idleWaiters.wait(graceMs);
    for (const entry of [...this.#unfinished]) this.#finish(entry, 'abandoned');
    this.#measured.close();
    this.#wake();
  }

  /** Starts no handler for so long, counted from the last call; what runs goes on. */
  #pauseIntake(pauseMs: number): void {
    clearTimeout(this.#pauseTimer);
    this.#pauseTimer = setTimeout(() => {
      this.#pauseTimer = undefined;
      this.#startReady();
    }, pauseMs);
  }

  get #stopped(): boolean {
    return this.#held || this.#pauseTimer !== undefined;
  }

  #laneOf(key: string | null): Lane {
    if (key === null) return { key, entries: [] };
    let lane = this.#lanes.get(key);
    if (lane === undefined) this.#lanes.set(key, (lane = { key, entries: [] }));
    return lane;
  }

  #start(lane: Lane): void {
    if (this.#stopped || this.#running >= this.#options.concurrency) {
      this.#ready.push(lane);
      return;
    }
    while (lane.entries[0]?.state === 'queued') {
      const entry = lane.entries[0];
      if (entry.delivery.signal.aborted) this.#remove(entry, 'abandoned');
      else if (this.#batching?.takes(entry)) return this.#gather(this.#batching, lane);
      else return void this.#attempt(entry);
    }
  }

  /** Lets all that is dispatched in this turn be in the batch. */
  #gather(batching: Batching, lane: Lane): void {
    batching.add(lane);
    if (this.#gathering) return;
    this.#gathering = true;
    queueMicrotask(() => {
      this.#gathering = false;
      this.#startBatches();
    });
  }

  #startBatches(): void {
    const batching = this.#batching;
    if (batching === null) return;
    while (!this.#stopped && this.#running < this.#options.concurrency) {
      const batch = batching.next((lane) => this.#start(lane));
      if (batch.length === 0) return;
      void this.#attemptBatch(batching, batch);
    }
  }

  async #attemptBatch(batching: Batching, batch: readonly Entry[]): Promise<void> {
    const [first] = batch;
    if (batch.length === 1 && first !== undefined) {
      await this.#attempt(first, () => batching.ended());
      return;
    }
    this.#running += 1;
    const done = await batching.handle(batch);
    batching.ended();
    this.#running -= 1;
    const undone = batch.filter((_, at) => done[at] !== true);
    batch.forEach((entry, at) => done[at] === true && this.#finish(entry, 'done'));
    for (const entry of undone) {
      entry.alone = true;
      if (this.#closing) this.#finish(entry, 'abandoned');
      else if (entry.state === 'running') entry.state = 'queued';
    }
    for (const { lane } of undone) this.#start(lane);
    this.#startReady();
    if (this.#running === 0) this.#quietWaiters.resolve();
  }

  async #attempt(entry: Entry, ended = () => {}): Promise<void> {
    this.#running += 1;
    entry.state = 'running';
    try {
      if (entry.condemned === null) await this.#options.handler(entry.delivery);
      else await this.#deadLetter(entry, entry.condemned);
      this.#finish(entry, 'done');
    } catch (thrown) {
      await this.#failed(entry, asError(thrown));
    } finally {
      ended();
      this.#running -= 1;
      this.#startReady();
      if (this.#running === 0) this.#quietWaiters.resolve();
    }
  }

  async #failed(entry: Entry, error: Error): Promise<void> {
    const reason = entry.condemned === null ? deadLetterReasonOf(error) : null;
    if (reason !== null) {
      entry.condemned = { reason, error };
      this.#options.onError?.({ delivery: entry.delivery, error, reason, retryInMs: null });
      try {
        await this.#deadLetter(entry, entry.condemned);
        return this.#finish(entry, 'done');
      } catch (thrown) {
        return await this.#retryLater(entry, asError(thrown));
      }
    }
    await this.#retryLater(entry, error);
  }

  #deadLetter(
    { delivery }: Entry,
    { reason, error }: NonNullable<Entry['condemned']>,
  ): Promise<void> {
    return this.#options.deadLetter(delivery, reason, error);
  }

  async #retryLater(entry: Entry, error: Error): Promise<void> {
    if (entry.state === 'settled') return;
    const { delivery } = entry;
    const later = error instanceof RetryLaterError ? error : undefined;
    const reason = entry.condemned?.reason ?? null;
    const counts = later?.counts !== false;
    // Also while closing: whoever takes over would not know of the pause.
    const givesBack = this.#options.giveBack !== undefined && counts && reason === null;
    if (delivery.signal.aborted || (this.#closing && !givesBack))
      return this.#finish(entry, 'abandoned');
    const retryInMs = later?.retryInMs ?? fullJitterMs(this.#options.redelivery, delivery.attempt);
    const cause = later?.cause instanceof Error ? later.cause : error;
    const told = later?.told ?? false;
    this.#options.onError?.({ delivery, error: cause, reason, retryInMs, told });
    this.#measured.retried();
    if (counts) delivery.attempt += 1;
    if (later?.pauseIntakeMs !== undefined) this.#pauseIntake(later.pauseIntakeMs);
    if (givesBack && (await this.#giveBack(entry, retryInMs))) this.#finish(entry, 'done');
    else if (this.#closing) this.#finish(entry, 'abandoned');
    else this.#pause(entry, retryInMs);
  }

  async #giveBack({ delivery }: Entry, pauseMs: number): Promise<boolean> {
    const { giveBack, onError } = this.#options;
    if (giveBack === undefined) return false;
    try {
      await giveBack(delivery, pauseMs);
      return true;
    } catch (thrown) {
      onError?.({ delivery, error: asError(thrown), reason: null, retryInMs: pauseMs });
      return false;
    }
  }

  #pause(entry: Entry, pauseMs: number): void {
    const { signal } = entry.delivery;
    const goOn = () => {
      entry.endPause?.();
      entry.state = 'queued';
      this.#start(entry.lane);
    };
    const timer = setTimeout(goOn, pauseMs);
    signal.addEventListener('abort', goOn);
    entry.state = 'paused';
    entry.endPause = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', goOn);
      entry.endPause = null;
    };
  }

  #startReady(): void {
    if (this.#stopped) return;
    this.#startBatches();
    while (this.#running < this.#options.concurrency && this.#readyHead < this.#ready.length) {
      const lane = this.#ready[this.#readyHead++];
      if (lane !== undefined) this.#start(lane);
    }
    if (this.#readyHead === this.#ready.length || this.#readyHead > 1024) {
      this.#ready.splice(0, this.#readyHead);
      this.#readyHead = 0;
    }
  }

  /** Settles the entry and lets the next one of its lane start. */
  #finish(entry: Entry, outcome: Outcome): void {
    if (entry.state === 'settled') return;
    const first = entry.lane.entries[0] === entry;
    this.#remove(entry, outcome);
    if (first && !this.#closing && entry.lane.entries.length > 0) this.#start(entry.lane);
  }

  #remove(entry: Entry, outcome: Outcome): void {
    const { lane, delivery } = entry;
    entry.endPause?.();
    entry.state = 'settled';
    if (lane.entries[0] === entry) lane.entries.shift();
    else lane.entries.splice(lane.entries.indexOf(entry), 1);
    if (lane.entries.length === 0 && lane.key !== null) this.#lanes.delete(lane.key);
    this.#unfinished.delete(entry);
    this.#bytes -= delivery.body.byteLength;
    entry.settle(outcome);
    this.#wake();
  }

  #wake(): void {
    if (this.#roomWaiters.any && this.hasRoom) this.#roomWaiters.resolve();
    if (this.#unfinished.size === 0) this.#idleWaiters.resolve();
  }
}
