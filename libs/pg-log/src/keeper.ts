import type { ClaimedPartition, CursorPoint } from './partition-cursor.js';

/** A partition that is held, and where its cursor may be moved to. */
export interface HeldPartition {
  readonly partition: number;
  readonly fence: string;
  readonly point: CursorPoint;
}

/** Says which partitions a reader has, and keeps the cursors. */
export interface Keeper {
  /** Fixes where a new group starts and makes this reader known. Idempotent. @throws LogError CURSOR_FOREIGN */
  join(): Promise<void>;
  /** Says that this reader is alive; its share of the partitions. */
  beat(): Promise<number>;
  /** Takes up to so many partitions that nobody holds, or that this reader held and holds no more. */
  claim(count: number, held: readonly number[]): Promise<readonly ClaimedPartition[]>;
  /** Moves cursors and renews the leases; returns the partitions that are still held. */
  advance(held: readonly HeldPartition[]): Promise<ReadonlySet<number>>;
  /** Moves cursors and gives the partitions back; those that are held no more are left alone. */
  release(held: readonly HeldPartition[]): Promise<void>;
  leave(): Promise<void>;
}
