import type { SubscribeOptions } from './subscriber.js';

/** What names a group at a broker, and where it begins. */
export type GroupPlace = Pick<SubscribeOptions, 'source' | 'group' | 'from'>;

/** How far a group is behind in a partition. */
export interface PartitionLag {
  readonly partition: number;
  /** Messages that the group has not acked yet; at most so many where a topic is compacted. */
  readonly count: number;
}

/**
 * To where a group goes back.
 * - `start`: the oldest message that is kept.
 * - `time`: in each partition the first message that the broker took then or later.
 * - `offset`: the offset of one partition; the others stay.
 */
export type ReplayFrom =
  | { readonly kind: 'start' }
  | { readonly kind: 'time'; readonly time: Date }
  | { readonly kind: 'offset'; readonly partition: number; readonly offset: string };

/** What a group is given again of a partition. */
export interface ReplayRange {
  readonly partition: number;
  /** The first one, in the words of the transport: an offset, a transaction id. */
  readonly from: string;
  /** Where the group is now; it was not given that one yet. */
  readonly until: string;
}
