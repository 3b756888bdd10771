import type { Page } from '../domain/page.js';
import type {
  FeedPage,
  FeedPosition,
  History,
  Snapshot,
  Snapshots,
  Tail,
} from '../use-cases/history.js';
import { probeAfter, probeUpdate, type ProbeUpdate } from '../use-cases/testing/probe-resources.js';

const pageSize = 3;

/**
 * The probes of one customer as a service keeps them, in memory: a read takes time before and
 * after it looks, fails while the service is away, and lacks what is cut. Pages are small.
 */
export class LiveStore implements History, Snapshots {
  #log: ProbeUpdate[] = [];
  #life = 1;
  #cut = 0;
  away = false;

  constructor(private readonly pause: () => Promise<void>) {}

  get epoch(): string {
    return `e${this.#life}`;
  }

  get updates(): readonly ProbeUpdate[] {
    return this.#log;
  }

  versionOf(id: string): number {
    return this.#log.filter((one) => one.id === id).length;
  }

  /** Commits a change; the update names its epoch where a trace would be. */
  change(id: string): ProbeUpdate {
    const version = this.versionOf(id) + 1;
    const feedSequence = this.#log.length + 1;
    const update = probeUpdate({ id, version, feedSequence, traceparent: this.epoch });
    this.#log.push(update);
    return update;
  }

  /** What happened up to here is not kept any more. */
  cutHistory(): void {
    this.#cut = this.#log.length;
  }

  /** A copy from before the latest changes takes over. */
  restore(lost: number): void {
    this.#life += 1;
    const left = this.#log.slice(0, Math.max(0, this.#log.length - lost));
    this.#log = left.map((update) => ({ ...update, traceparent: this.epoch }));
    this.#cut = Math.min(this.#cut, this.#log.length);
  }

  ofOne(_caller: unknown, id: string, afterVersion: number): Promise<Tail> {
    return this.#read(() => {
      const all = this.#log.filter((one) => one.id === id);
      if (all.length === 0) throw failure('NOT_FOUND');
      const kept = all.filter((one) => one.feedSequence > this.#cut);
      return { updates: kept.filter((one) => one.version > afterVersion), latest: all.length };
    });
  }

  ofFeed(_caller: unknown, after: number): Promise<FeedPage> {
    return this.#read(() => {
      const updates = this.#log.filter(
        ({ feedSequence }) => feedSequence > Math.max(after, this.#cut),
      );
      return { ...this.#position(), updates: updates.slice(0, pageSize) };
    });
  }

  feedPosition(): Promise<FeedPosition> {
    return this.#read(() => this.#position());
  }

  get(_caller: unknown, id: string): Promise<Snapshot> {
    return this.#read(() => {
      const found = this.#all().find((one) => one.id === id);
      if (found) return found;
      throw failure('NOT_FOUND');
    });
  }

  newest(): Promise<Page<Snapshot>> {
    return this.#read(() => ({ items: this.#all(), nextCursor: undefined }));
  }

  #all(): Snapshot[] {
    const latest = new Map(this.#log.map((one) => [one.id, one]));
    return [...latest.values()].map(probeAfter);
  }

  #position(): FeedPosition {
    return { epoch: this.epoch, latest: this.#log.length };
  }

  async #read<Answer>(look: () => Answer): Promise<Answer> {
    await this.pause();
    if (this.away) throw failure('UNAVAILABLE');
    const answer = look();
    await this.pause();
    return answer;
  }
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code, retryable: code === 'UNAVAILABLE' });
}
