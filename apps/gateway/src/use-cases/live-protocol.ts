import type { ErrorCode } from '@mesh/contracts/errors';
import type { LiveUpdate } from '../domain/live-update.js';
import type { Page } from '../domain/page.js';
import type { Snapshot } from './history.js';
import type { LiveResource } from './live-resource.js';

/** The answer to a message of a live client. */
export type Ack = { readonly ok: true; readonly cursor?: string } | Refusal;

export interface Refusal {
  readonly ok: false;
  readonly code: ErrorCode;
  readonly message: string;
  /** The bound that is reached. */
  readonly limit?: number;
  /** The same message may succeed after so long; spread, so that many clients do not come at once. */
  readonly retryAfterMs?: number;
}

/** Answers the message that is being handled; called once. */
export type Acknowledge = (ack: Ack) => void;

/** Why updates can't be continued from a cursor. */
export type ResyncReason =
  'EPOCH_CHANGED' | 'CURSOR_TOO_OLD' | 'CURSOR_AHEAD' | 'HISTORY_GONE' | 'VERSION_AHEAD';

export interface Resync {
  readonly reason: ResyncReason;
  /** Only what is known of this thing is to be replaced; without it, all that came from the feed. */
  readonly id?: string;
  /** The first page of the customer's things, newest first; of one thing, that thing alone. */
  readonly snapshot: Page<Snapshot>;
  /** What comes after the snapshot continues from here. */
  readonly cursor: string;
}

/** One connected client. */
export interface LiveClient {
  /** `cursor`: resuming the feed of the resource from it misses nothing and repeats nothing. */
  updated(resource: LiveResource, update: LiveUpdate, cursor: string): void;
  resync(resource: LiveResource, resync: Resync): void;
  /** Fulfilled when enough of what was sent has left that more may be sent. */
  ready(): Promise<void>;
}

/** A refusal that the client is told. */
export class LiveError extends Error {
  readonly limit: number | undefined;
  readonly retryAfterMs: number | undefined;
  /** The same may succeed later. */
  readonly retryable: boolean;

  constructor(
    readonly code: ErrorCode,
    message: string,
    { limit, retryAfterMs }: { readonly limit?: number; readonly retryAfterMs?: number } = {},
  ) {
    super(message);
    this.name = new.target.name;
    this.limit = limit;
    this.retryAfterMs = retryAfterMs;
    this.retryable = retryAfterMs !== undefined;
  }
}
