import type { RepairTiming } from './repairs.js';

/** Bounds and times of a live session. */
export interface LiveLimits {
  /** Single things that one socket may be subscribed to. */
  readonly maxWatched: number;
  /** Messages of one socket that wait for an answer. */
  readonly maxPending: number;
  /** Messages of one socket that are worked on at once. */
  readonly concurrency: number;
  /** Updates that are replayed from a cursor; an older one gets a snapshot. */
  readonly maxReplay: number;
  /** How long an update that came too early waits for the one before it until that is fetched. */
  readonly gapPatienceMs: number;
  /** How often a session asks what it may have missed; spread by half. */
  readonly probeEveryMs: number;
  readonly repair: RepairTiming;
}

export const liveLimits: LiveLimits = {
  maxWatched: 1000,
  maxPending: 1000,
  concurrency: 16,
  maxReplay: 10_000,
  gapPatienceMs: 50,
  probeEveryMs: 10_000,
  repair: { minMs: 100, maxMs: 10_000 },
};
