import type { Random } from '@mesh/messaging/testing/random';
import type { ChaosMesh } from './mesh/chaos-mesh.js';

/** What a run asks of the mesh while faults are made, and what it then knows of it. */
export interface Workload {
  /** Commands given so far, and the whole of it in words for the line of progress. */
  progress(): Progress;
  /**
   * Gives no further command, and asks again for each whose answer was lost until its outcome is known.
   * Called when the faults are over.
   */
  finish(): Promise<void>;
  /** After `finish`: waits for quiet, then compares what was accepted with what the stores hold. */
  judge(): Promise<Verdict>;
  /**
   * Looks whether something has gone wrong that no later moment can mend; then `judge` tells of that alone and
   * waits for nothing, and `finish` is not to be called. Looks seldom when a look takes long.
   */
  isLost(): Promise<boolean>;
  /** Leaves without a verdict: closes every connection. Idempotent, also after `judge`. */
  close(): Promise<void>;
}

export interface Progress {
  /** Orders that customers were told of. */
  readonly orders: number;
  /** `cancels 12, stock changes 40, updates seen 800, unanswered now 3` */
  readonly words: string;
}

export interface Verdict {
  readonly orders: number;
  /** How many; each is explained in `findings`. */
  readonly lost: number;
  readonly doubled: number;
  readonly disordered: number;
  /** Faults of the mesh, one a line, at most some dozens; empty when all is well. */
  readonly findings: readonly string[];
  /** Counts and explanations that people want to read in any case, one a line. */
  readonly notes: readonly string[];
}

/** Begins at once. Every choice is drawn from `random`. */
export type StartWorkload = (options: {
  readonly mesh: ChaosMesh;
  readonly random: Random;
  readonly say: (line: string) => void;
  /** Where the history of a guilty key is written. */
  readonly reportDir: string;
  /** Ends what it does; it rejects then. */
  readonly signal: AbortSignal;
}) => Promise<Workload>;
