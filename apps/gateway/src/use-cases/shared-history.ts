import type { Caller } from '../domain/caller.js';
import type { Page } from '../domain/page.js';
import type { FeedPage, FeedPosition, History, Snapshot, Snapshots, Tail } from './history.js';
import type { LiveSource } from './live-resource.js';
import { SharedReads, Slots, type SharedReadsLimits } from './shared-reads.js';

export type HistoryKind = 'one' | 'feed' | 'position' | 'snapshot';

export interface SharedHistoryOptions extends LiveSource {
  /** @default sharedHistoryLimits */
  readonly limits?: SharedReadsLimits;
  /** Shared with the histories of other resources. @default its own, within the limits */
  readonly slots?: Slots;
  /** Told of each question. */
  asked?(kind: HistoryKind): void;
  /** Told of each read of the history. */
  read?(kind: HistoryKind): void;
  /** Told of each question that is refused because too many reads wait. */
  refused?(kind: HistoryKind): void;
}

export const sharedHistoryLimits: SharedReadsLimits = {
  concurrency: 64,
  capacity: 10_000,
  maxWaitMs: 10_000,
  shareMs: 50,
};

interface Question {
  readonly caller: Caller;
  readonly after: number;
}

/**
 * The history and the snapshots in its place, spared: a thousand sockets of a customer that watch one
 * thing cost one read at a time, however they ask, and all reads of this process together are bounded. An answer is never older than
 * its question. Answers are shared only within the same customer and roles; who may see them is decided
 * where they are read, with the token of one of those who ask.
 */
export class SharedHistory implements History, Snapshots {
  readonly #options: SharedHistoryOptions;
  readonly #ones: (caller: Caller, what: string, after: number) => Promise<Tail>;
  readonly #pages: (caller: Caller, what: string, after: number) => Promise<FeedPage>;
  readonly #positions: (caller: Caller, what: string, after: number) => Promise<FeedPosition>;
  readonly #snapshots: (caller: Caller, what: string, after: number) => Promise<Snapshot>;
  readonly #lists: (caller: Caller, what: string, after: number) => Promise<Page<Snapshot>>;

  constructor(options: SharedHistoryOptions) {
    this.#options = options;
    const { history, snapshots } = options;
    const slots = options.slots ?? new Slots(options.limits ?? sharedHistoryLimits);
    this.#ones = this.#sharing(slots, 'one', ({ caller, after }, id) =>
      history.ofOne(caller, id, after),
    );
    this.#pages = this.#sharing(slots, 'feed', ({ caller, after }) =>
      history.ofFeed(caller, after),
    );
    this.#positions = this.#sharing(slots, 'position', ({ caller }) =>
      history.feedPosition(caller),
    );
    this.#snapshots = this.#sharing(slots, 'snapshot', ({ caller }, id) =>
      snapshots.get(caller, id),
    );
    this.#lists = this.#sharing(slots, 'snapshot', ({ caller }, limit) =>
      snapshots.newest(caller, Number(limit)),
    );
  }

  async ofOne(caller: Caller, id: string, afterVersion: number): Promise<Tail> {
    const { updates, latest } = await this.#ones(caller, id, afterVersion);
    return { updates: updates.filter(({ version }) => version > afterVersion), latest };
  }

  ofFeed(caller: Caller, afterSequence: number): Promise<FeedPage> {
    return this.#pages(caller, String(afterSequence), afterSequence);
  }

  feedPosition(caller: Caller): Promise<FeedPosition> {
    return this.#positions(caller, '', 0);
  }

  get(caller: Caller, id: string): Promise<Snapshot> {
    return this.#snapshots(caller, id, 0);
  }

  newest(caller: Caller, limit: number): Promise<Page<Snapshot>> {
    return this.#lists(caller, String(limit), 0);
  }

  #sharing<Answer>(
    slots: Slots,
    kind: HistoryKind,
    read: (question: Question, what: string) => Promise<Answer>,
  ): (caller: Caller, what: string, after: number) => Promise<Answer> {
    const told = (question: Question, what: string) => {
      this.#options.read?.(kind);
      return read(question, what);
    };
    const shared = new SharedReads<Question & { readonly what: string }, Answer>(slots, {
      shareMs: (this.#options.limits ?? sharedHistoryLimits).shareMs,
      read: (question) => told(question, question.what),
      merge: (one, other) => ({
        ...{ caller: other.caller, what: one.what },
        after: Math.min(one.after, other.after),
      }),
    });
    return async (caller, what, after) => {
      this.#options.asked?.(kind);
      const { customerId, roles } = caller;
      const question = { caller, after, what };
      const key = JSON.stringify([customerId, [...roles].sort(), what]);
      try {
        return await shared.ask(key, question);
      } catch (error) {
        const { code } = error as { code?: unknown };
        if (code === 'OVERLOADED') this.#options.refused?.(kind);
        // It may be another's token that was refused, such as one that has just expired.
        if (code !== 'UNAUTHENTICATED') throw error;
        return slots.run(() => told(question, what));
      }
    };
  }
}
