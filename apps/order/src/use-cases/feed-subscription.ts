import { OrderError } from '../domain/order-error.js';
import type { OrderUpdate } from '../domain/order.js';
import type { OrderStore } from './order-store.js';

/** Updates of one subscription that are read, and given, before it is another one's turn. */
const PAGE = 100;

/** What a subscription is told. */
export type FeedAnswer =
  | { readonly kind: 'subscribed'; readonly latestSequence: number; readonly epoch: string }
  | { readonly kind: 'update'; readonly update: OrderUpdate }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

/** Who may follow a feed. */
export interface FeedOwner {
  readonly customerId: string;
  /** When the token ends, in milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Where one subscription stands in its customer's feed. */
export class FeedSubscription {
  #sequence: number | undefined;
  #epoch: string | undefined;

  constructor(
    private readonly store: Pick<OrderStore, 'feed'>,
    private readonly owner: FeedOwner,
    afterSequence: number | undefined,
  ) {
    this.#sequence = afterSequence;
  }

  /**
   * What is new, at most a page of it; `more`: there may be more already.
   * @throws OrderError HISTORY_GONE when what comes next is not kept, or is of another life of the database
   */
  async read(): Promise<{ readonly answers: readonly FeedAnswer[]; readonly more: boolean }> {
    const after = this.#sequence;
    const { customerId, expiresAt } = this.owner;
    const feed = await this.store.feed(customerId, { afterSequence: after, limit: PAGE });
    const { updates, latestSequence, epoch } = feed;
    const first = this.#epoch === undefined;
    this.#sequence = updates.at(-1)?.feedSequence ?? latestSequence;
    if (after !== undefined) this.#check(after, updates[0]?.feedSequence ?? latestSequence + 1);
    if (!first && epoch !== this.#epoch) throw gone(after);
    this.#epoch = epoch;
    const subscribed: FeedAnswer = { kind: 'subscribed', latestSequence, epoch };
    const expired = updates.length > 0 && Date.now() >= expiresAt;
    const news = updates.map((update): FeedAnswer => ({ kind: 'update', update }));
    return {
      answers: [...(first ? [subscribed] : []), ...(expired ? [tokenExpired] : news)],
      more: updates.length === PAGE && !expired,
    };
  }

  #check(after: number, next: number): void {
    if (next !== after + 1) throw gone(after);
  }
}

const tokenExpired: FeedAnswer = {
  ...{ kind: 'refused', code: 'UNAUTHENTICATED' },
  message: 'The token has expired; subscribe again with another one',
};

function gone(after: number | undefined): OrderError {
  return new OrderError(
    'HISTORY_GONE',
    `The feed does not go on from sequence ${after}; subscribe without one and read what is`,
  );
}
