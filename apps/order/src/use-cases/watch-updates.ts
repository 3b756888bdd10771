import { errorCatalog } from '@mesh/contracts/errors';
import { OrderError } from '../domain/order-error.js';
import type { FeedSignals } from './feed-signals.js';
import { FeedSubscription, type FeedAnswer, type FeedOwner } from './feed-subscription.js';
import type { OrderStore } from './order-store.js';
import { ReadyQueue } from './ready-queue.js';

export type UpdatesRequest =
  | {
      readonly kind: 'subscribe';
      /** Of no other subscription of the stream. */
      readonly id: number;
      readonly token: string;
      /** Undefined: only what comes from now on. */
      readonly afterSequence: number | undefined;
    }
  | { readonly kind: 'unsubscribe'; readonly id: number };

export type UpdatesAnswer = FeedAnswer & { readonly id: number };

export interface WatchUpdatesOptions {
  readonly store: Pick<OrderStore, 'feed'>;
  readonly signals: FeedSignals;
  /** Whose token it is. Rejects with a `code` and a `message` that the client is told. */
  readonly identify: (token: string) => Promise<FeedOwner>;
  /** Of one stream. Each costs some 500 bytes. */
  readonly maxSubscriptions: number;
  /** Open at once; anybody who reaches this service may hold one that follows nothing. */
  readonly maxStreams: number;
}

/** Feeds of one stream that are read at once. */
const READS = 8;

interface Open {
  readonly id: number;
  readonly feed: FeedSubscription;
  readonly stop: () => void;
}

/**
 * The feeds of many customers over one stream. Each subscription is told where its feed stands, then its
 * history after a sequence, then each change as it commits: in feed order, no gap, no repeat. Those with
 * news take turns, a page each. Everything is read when it is asked for: a slow reader costs no memory.
 */
export class WatchUpdates {
  #streams = 0;

  constructor(private readonly options: WatchUpdatesOptions) {}

  /**
   * Ends with the requests, or when the signal aborts.
   * @throws OrderError VALIDATION_FAILED for an id in use; OVERLOADED when too many streams are open
   */
  async *execute(
    requests: AsyncIterable<UpdatesRequest>,
    signal: AbortSignal,
  ): AsyncGenerator<UpdatesAnswer> {
    const { maxStreams } = this.options;
    if (this.#streams >= maxStreams) {
      const message = `At most ${maxStreams} streams of updates are open at once; try again later`;
      throw new OrderError('OVERLOADED', message, { retryAfterMs: 1000 });
    }
    this.#streams += 1;
    try {
      yield* this.#serve(requests, signal);
    } finally {
      this.#streams -= 1;
    }
  }

  async *#serve(
    requests: AsyncIterable<UpdatesRequest>,
    signal: AbortSignal,
  ): AsyncGenerator<UpdatesAnswer> {
    const open = new Map<number, Open>();
    const ready = new ReadyQueue<Open | UpdatesAnswer>();
    let failure: unknown;
    const reading = this.#readRequests(requests, open, ready).then(
      () => ready.close(),
      (error: unknown) => {
        failure = error;
        ready.close();
      },
    );
    const aborted = () => ready.close();
    signal.addEventListener('abort', aborted, { once: true });
    if (signal.aborted) ready.close();
    try {
      while (await ready.filled()) {
        const turns = ready.take(READS).map(async (turn) => this.#turn(turn, open, ready));
        for (const answers of await Promise.all(turns))
          for (const answer of answers)
            if (answer.kind === 'refused' || open.has(answer.id)) yield answer;
      }
      if (failure !== undefined) throw failure;
    } finally {
      signal.removeEventListener('abort', aborted);
      ready.close();
      for (const { stop } of open.values()) stop();
      open.clear();
      void reading;
    }
  }

  async #readRequests(
    requests: AsyncIterable<UpdatesRequest>,
    open: Map<number, Open>,
    ready: ReadyQueue<Open | UpdatesAnswer>,
  ): Promise<void> {
    for await (const request of requests) {
      if (request.kind === 'unsubscribe') {
        open.get(request.id)?.stop();
        open.delete(request.id);
        continue;
      }
      const answer = await this.#subscribe(request, open, ready);
      if (ready.closed) return;
      if (answer === undefined) continue;
      ready.add(answer);
      // Refusals do not pile up: the next request is read when there is room.
      await ready.hasRoom();
    }
  }

  async #subscribe(
    { id, token, afterSequence }: UpdatesRequest & { readonly kind: 'subscribe' },
    open: Map<number, Open>,
    ready: ReadyQueue<Open | UpdatesAnswer>,
  ): Promise<UpdatesAnswer | undefined> {
    if (open.has(id)) throw invalid(`the id ${id} is in use; choose another one`);
    if (afterSequence !== undefined && afterSequence < 0)
      throw invalid(`after_sequence must be 0 or more, is ${afterSequence}`);
    const { store, signals, identify, maxSubscriptions } = this.options;
    try {
      if (open.size >= maxSubscriptions)
        throw new OrderError('OVERLOADED', `A stream has at most ${maxSubscriptions} feeds`);
      const owner = await identify(token);
      if (ready.closed) return undefined;
      // Watching starts before the first read: what commits in between is read again, never missed.
      const stop = signals.watchFeed(owner.customerId, () => ready.add(subscription));
      const feed = new FeedSubscription(store, owner, afterSequence);
      const subscription: Open = { id, feed, stop };
      open.set(id, subscription);
      ready.add(subscription);
      return undefined;
    } catch (error) {
      return refusal(id, error);
    }
  }

  async #turn(
    turn: Open | UpdatesAnswer,
    open: Map<number, Open>,
    ready: ReadyQueue<Open | UpdatesAnswer>,
  ): Promise<readonly UpdatesAnswer[]> {
    if ('kind' in turn) return [turn];
    const { id, feed, stop } = turn;
    if (open.get(id) !== turn) return [];
    try {
      const { answers, more } = await feed.read();
      if (open.get(id) !== turn) return [];
      if (answers.at(-1)?.kind === 'refused') end();
      else if (more) ready.add(turn);
      return answers.map((answer) => ({ ...answer, id }));
    } catch (error) {
      if (open.get(id) !== turn) return [];
      const refused = refusal(id, error);
      end();
      return [refused];
    }
    function end(): void {
      stop();
      open.delete(id);
    }
  }
}

/** What has a code of ours is told; the rest ends the stream. */
function refusal(id: number, error: unknown): UpdatesAnswer {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string' || !Object.hasOwn(errorCatalog, code)) throw error;
  return { id, kind: 'refused', code, message: (error as Error).message };
}

function invalid(message: string): OrderError {
  return new OrderError('VALIDATION_FAILED', `/subscribe ${message}`, {
    errors: [{ path: '/subscribe', message }],
  });
}
