import type { DeadLetterReason } from '../errors.js';
import type { DispatchableDelivery, Outcome } from './options.js';

/** A delivery that was dispatched. */
export interface Entry {
  readonly delivery: DispatchableDelivery;
  readonly lane: Lane;
  readonly settle: (outcome: Outcome) => void;
  state: 'queued' | 'running' | 'paused' | 'settled';
  /** A batch could not do it. */
  alone: boolean;
  /** Why it goes to dead letters, once that is known. */
  condemned: { readonly reason: DeadLetterReason; readonly error: Error } | null;
  endPause: (() => void) | null;
}

/** Deliveries of one key in their order; only the first is ever handled, or the first ones in a batch. */
export interface Lane {
  readonly key: string | null;
  readonly entries: Entry[];
}
