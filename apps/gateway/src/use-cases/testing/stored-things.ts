import type { Page } from '../../domain/page.js';
import {
  feedPageSize,
  type FeedPage,
  type FeedPosition,
  type History,
  type Snapshot,
  type Snapshots,
  type Tail,
} from '../history.js';
import { probeAfter, probeUpdate, type ProbeUpdate } from './probe-resources.js';

type Call = 'ofOne' | 'ofFeed' | 'feedPosition' | 'get' | 'newest';

/** A test double of a service's history of one customer's probes, kept in memory. */
export class StoredThings implements History, Snapshots {
  readonly calls = { ofOne: 0, ofFeed: 0, feedPosition: 0, get: 0, newest: 0 };
  #log: ProbeUpdate[] = [];
  /** Waited for by every read. */
  pause: Promise<void> = Promise.resolve();
  #epoch = 'e1';
  #kept = 0;
  #failures = new Map<Call, number>();
  #meanwhile = new Map<Call, () => void>();
  #afterwards = new Map<Call, () => void>();

  /** Commits a change of each probe; returns the last one, as it is announced. */
  change(...ids: readonly [string, ...string[]]): ProbeUpdate {
    for (const id of ids) {
      const version = this.#log.filter((one) => one.id === id).length + 1;
      this.#log.push(probeUpdate({ id, version, feedSequence: this.#log.length + 1 }));
    }
    return this.#log.at(-1)!;
  }

  /** The database is another one now. */
  restart(epoch: string): this {
    this.#epoch = epoch;
    this.#log = [];
    this.#kept = 0;
    return this;
  }

  failOnce(call: Call, times = 1): void {
    this.#failures.set(call, times);
  }

  /** Runs before the next such call reads. */
  meanwhile(call: Call, run: () => void): void {
    this.#meanwhile.set(call, run);
  }

  /** Runs after the next such call has read, before it answers. */
  afterwards(call: Call, run: () => void): void {
    this.#afterwards.set(call, run);
  }

  /** What happened up to a number of the feed is not kept any more. */
  forget(upTo: number): void {
    this.#kept = upTo;
  }

  ofOne(_caller: unknown, id: string, afterVersion: number): Promise<Tail> {
    return this.#answer('ofOne', () => {
      const history = this.#log.filter((one) => one.id === id);
      if (history.length === 0) throw failure('NOT_FOUND', `There is no probe ${id}`);
      const updates = history.filter((one) => one.version > afterVersion && this.#keeps(one));
      return { updates, latest: history.length };
    });
  }

  ofFeed(_caller: unknown, after: number): Promise<FeedPage> {
    return this.#answer('ofFeed', () => ({
      ...this.#position(),
      updates: this.#log.slice(Math.max(after, this.#kept), after + feedPageSize),
    }));
  }

  feedPosition(): Promise<FeedPosition> {
    return this.#answer('feedPosition', () => this.#position());
  }

  get(_caller: unknown, id: string): Promise<Snapshot> {
    return this.#answer('get', () => {
      const found = this.#page().items.find((one) => one.id === id);
      if (found) return found;
      throw failure('NOT_FOUND', `There is no probe ${id}`);
    });
  }

  newest(): Promise<Page<Snapshot>> {
    return this.#answer('newest', () => this.#page());
  }

  #page(): Page<Snapshot> {
    const latest = new Map(this.#log.map((one) => [one.id, one]));
    const items = [...latest.values()].map(probeAfter);
    return { items, nextCursor: undefined };
  }

  #keeps({ feedSequence }: ProbeUpdate): boolean {
    return feedSequence > this.#kept;
  }

  #position(): FeedPosition {
    return { epoch: this.#epoch, latest: this.#log.length };
  }

  async #answer<Answer>(call: Call, read: () => Answer): Promise<Answer> {
    this.calls[call] += 1;
    await this.pause;
    const failures = this.#failures.get(call) ?? 0;
    this.#failures.set(call, failures - 1);
    if (failures > 0) throw failure('UNAVAILABLE', 'the service is away');
    this.#once(this.#meanwhile, call);
    const answer = read();
    this.#once(this.#afterwards, call);
    return Promise.resolve(answer);
  }

  #once(steps: Map<Call, () => void>, call: Call): void {
    const step = steps.get(call);
    steps.delete(call);
    step?.();
  }
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code, retryable: code === 'UNAVAILABLE' });
}
