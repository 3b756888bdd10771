/** Something has reached a version. */
export type Updated<Update extends object> = Update & {
  readonly type: 'updated';
  /** From 1, without gaps. */
  readonly version: number;
  /** Of the trace that made the change (W3C Trace Context). */
  readonly traceparent: string;
  /** The place behind this update, for {@link FeedOptions.cursor}; of no use from a single thing's subscription. */
  readonly cursor: string;
  /** Earlier versions of the same were left out just before, because this consumer, or its connection, was too slow. */
  readonly conflated: boolean;
};

/** Why updates could not go on without a gap; stable, and those of the gateway as it sends them. */
export type ResyncReason =
  /** The history of the updates is another one: the database was restored. */
  | 'EPOCH_CHANGED'
  | 'CURSOR_TOO_OLD'
  | 'CURSOR_AHEAD'
  /** Of a single thing: its changes after the version are not kept any more. */
  | 'HISTORY_GONE'
  /** Of a single thing: it has not reached the version. */
  | 'VERSION_AHEAD'
  /** Nobody gave out the cursor, or to somebody else, or with another secret. */
  | 'CURSOR_INVALID'
  /** More changed than the queue of a slow consumer holds. */
  | 'OVERFLOW';

/** What was known may be wrong: start over from `snapshot`. Updates go on behind it. */
export interface Resync<Item extends object> {
  readonly type: 'resync';
  readonly reason: ResyncReason;
  /** The first page of the customer's, newest first, or the single thing; null: ask for it by HTTP now. */
  readonly snapshot: {
    readonly items: readonly Item[];
    readonly nextCursor: string | null;
  } | null;
  readonly cursor: string;
}

/** What something is now. */
export type StateUpdated<State extends object> = State & {
  readonly type: 'updated';
  readonly version: number;
};

/** Changes may have been missed: ask for the states by HTTP now. Updates go on. */
export interface StatesResync {
  readonly type: 'resync';
  readonly reason: 'RECONNECTED' | 'OVERFLOW';
}

/** What a feed, or a watched thing, tells: an update, or that it has to be read anew. */
export type LiveEvent<Update extends object, Item extends object> = Updated<Update> | Resync<Item>;
/** What a subscription to states tells: a state, or that some may have been missed. */
export type StateEvent<State extends object> = StateUpdated<State> | StatesResync;
