import type { Delivery } from './delivery.js';
import type { GroupPlace, ReplayFrom, ReplayRange } from './group-position.js';

/** How a group of a transport goes back to what it has acked. A group never goes forward by this. */
export interface Replays {
  /**
   * What the group would be given again if it went back now; nothing where it is not yet that far.
   * Changes nothing.
   * @throws ReplayError REPLAY_REFUSED for a place that this transport does not know
   */
  plan(place: GroupPlace, from: ReplayFrom): Promise<readonly ReplayRange[]>;
  /**
   * Reads the ranges beside the group, which notices nothing: every message once, each partition in
   * its order, the next batch when the promise of the one before is fulfilled.
   */
  read(
    place: GroupPlace,
    ranges: readonly ReplayRange[],
    onBatch: (deliveries: readonly Delivery[]) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void>;
  /**
   * Fulfilled when the group has no members; waits as long as a dead one may take to be noticed.
   * @throws ReplayError GROUP_ACTIVE naming those it still has
   */
  vacant(place: GroupPlace): Promise<void>;
  /**
   * Sends the group back to where the ranges begin. Every subscription of it must be closed.
   * @throws ReplayError GROUP_ACTIVE when the group has members; nothing has changed then
   */
  rewind(place: GroupPlace, ranges: readonly ReplayRange[]): Promise<void>;
}
