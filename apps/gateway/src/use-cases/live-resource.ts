import type { ErrorCode } from '@mesh/contracts/errors';
import type { LiveUpdate } from '../domain/live-update.js';
import type { StateUpdate } from '../domain/state-update.js';
import type { History, Snapshots } from './history.js';

/**
 * A kind of thing that customers own and follow: one by its id (`{<idField>, afterVersion}`), or all of
 * theirs as a feed (`{feed, cursor?}`).
 */
export interface LiveResource<Update extends LiveUpdate = LiveUpdate> {
  /** What one of them is called, such as `order`. */
  readonly name: string;
  /** The feed of all of them, such as `orders`. */
  readonly feed: string;
  /** What their id is called on the wire, such as `orderId`. */
  readonly idField: string;
  /** The message that tells a change, such as `order.updated`. */
  readonly message: string;
  /** What reading one fails with that the caller does not have. */
  readonly notFound: ErrorCode;
  /** Its snapshots and cursors name no feed; at most one resource is that. @default false */
  readonly isDefault?: boolean;
  /** A change as clients are told it; its traceparent and the cursor are added. */
  told(update: Update): Readonly<Record<string, unknown>>;
}

/** Where the sessions of a resource read. */
export interface LiveSource {
  readonly history: History;
  readonly snapshots: Snapshots;
}

/** A resource, and where it is read. */
export interface ServedResource extends LiveSource {
  readonly resource: LiveResource;
}

/**
 * A kind of thing whose states everybody may follow who has the role for it, or each customer those of their
 * own, as a feed (`{feed, versions?}`): the latest state of a key replaces all before it, and nothing else of
 * it is kept.
 */
export interface StateResource<Update extends StateUpdate = StateUpdate> {
  /** The feed, such as `stock`. */
  readonly feed: string;
  /** What keys are called on the wire, such as `sku`, and to people, such as `SKU`. */
  readonly keyField: string;
  readonly keyName: string;
  /** The message that tells a state, such as `stock.updated`. */
  readonly message: string;
  /** Customers own them, and follow none but theirs. @default false */
  readonly isOwned?: boolean;
  /** A state as clients are told it. */
  told(update: Update): Readonly<Record<string, unknown>>;
}
