import { OrderError } from '../domain/order-error.js';
import type { Feed, OrderStore } from './order-store.js';
import { pageLimit } from './page-limit.js';

export interface FeedUpdatesQuery {
  readonly customerId: string;
  /** Undefined: no updates, only where the feed stands. */
  readonly afterSequence: number | undefined;
  /** 1 to 500; 0 means 100. */
  readonly limit: number;
}

/** The history of all of a customer's orders after a sequence, in sequence order and without a gap. */
export class ListFeedUpdates {
  constructor(private readonly store: OrderStore) {}

  /** @throws OrderError VALIDATION_FAILED */
  async execute({ customerId, afterSequence, limit }: FeedUpdatesQuery): Promise<Feed> {
    if (afterSequence !== undefined && afterSequence < 0) {
      const message = `must be 0 or more, is ${afterSequence}`;
      throw new OrderError('VALIDATION_FAILED', `/afterSequence ${message}`, {
        errors: [{ path: '/afterSequence', message }],
      });
    }
    return this.store.feed(customerId, {
      afterSequence,
      limit: pageLimit(limit, { unset: 100, max: 500 }),
    });
  }
}
