import type { Caller } from '../domain/caller.js';
import type { LiveUpdate } from '../domain/live-update.js';
import type { Page } from '../domain/page.js';

/** What has happened to the things of a caller, of one kind, as far back as it is kept. */
export interface History {
  /**
   * The changes of one thing after a version.
   * @throws under the `notFound` code of its kind, when the caller has no such thing
   */
  ofOne(caller: Caller, id: string, afterVersion: number): Promise<Tail>;
  /** At most `feedPageSize` changes of all of the caller's things after a number, in that order. */
  ofFeed(caller: Caller, afterSequence: number): Promise<FeedPage>;
  /** Where the feed stands now. */
  feedPosition(caller: Caller): Promise<FeedPosition>;
}

/** What is kept of a thing's changes after a version: lacks at its beginning what is too old. */
export interface Tail {
  /** In version order. */
  readonly updates: readonly LiveUpdate[];
  /** The thing's version as of this answer. */
  readonly latest: number;
}

export interface FeedPosition {
  /** Names the life of the database: numbers of another epoch mean nothing in this one. */
  readonly epoch: string;
  /** Number of the caller's latest change; 0 when there is none. */
  readonly latest: number;
}

export interface FeedPage extends FeedPosition {
  readonly updates: readonly LiveUpdate[];
}

export const feedPageSize = 500;

/** A thing as it is now. */
export interface Snapshot {
  readonly id: string;
  readonly version: number;
  /** As clients are shown it. */
  readonly shown: object;
}

/** Things as they are, for who can't be told what changed. */
export interface Snapshots {
  /** @throws under the `notFound` code of its kind, when the caller has no such thing */
  get(caller: Caller, id: string): Promise<Snapshot>;
  /** The newest ones first, at most so many. */
  newest(caller: Caller, limit: number): Promise<Page<Snapshot>>;
}
