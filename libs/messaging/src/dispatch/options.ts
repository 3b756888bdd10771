import type { Delivery, DeliveryHandler } from '../delivery.js';
import type { DeadLetterReason } from '../errors.js';
import type { Backoff } from './backoff.js';

/** A delivery whose `attempt` the dispatcher counts up at each redelivery in place. */
export interface DispatchableDelivery extends Delivery {
  attempt: number;
}

/** `done`: handled or in dead letters, ack it. `abandoned`: given up at close or abort, don't ack it. */
export type Outcome = 'done' | 'abandoned';

/** One failed try; for logs and metrics. */
export interface FailedAttempt {
  readonly delivery: Delivery;
  readonly error: Error;
  /** Set when the delivery goes to dead letters. */
  readonly reason: DeadLetterReason | null;
  /** Until the next try; null when there is none. */
  readonly retryInMs: number | null;
  /** As `RetryLaterError` has it. */
  readonly told?: boolean;
}

export interface DispatcherOptions {
  /** As metrics name it. */
  readonly group: string;
  readonly handler: DeliveryHandler;
  /** Bounds of what is dispatched and unfinished. One delivery may overstep `bytes`. */
  readonly window: { readonly count: number; readonly bytes: number };
  /** Handlers that run at once. */
  readonly concurrency: number;
  readonly redelivery: Backoff;
  /** Keeps a delivery that can never be handled; called again, after a pause, until it fulfils. */
  deadLetter(delivery: Delivery, reason: DeadLetterReason, error: Error): Promise<void>;
  /**
   * Takes a failed delivery, to come again after the pause as another one; without it, or when it
   * rejects, the delivery waits here.
   */
  giveBack?(delivery: Delivery, pauseMs: number): Promise<void>;
  onError?(failed: FailedAttempt): void;
}
