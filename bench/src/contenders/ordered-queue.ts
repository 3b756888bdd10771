import type { LogEntry } from '@mesh/pg-log';

/** What delivers events to two groups, in order within each key, out of PostgreSQL. */
export interface OrderedQueue {
  readonly name: string;
  /** For each group of its own where it knows no groups. */
  fill(entries: readonly LogEntry[]): Promise<void>;
  /** Hands every event to both groups; fulfilled when `onEvent` was called for each of them twice. */
  drain(count: number, onEvent: (group: string, key: string, index: number) => void): Promise<void>;
  close(): Promise<void>;
}

export const groups = ['stock', 'mail'] as const;

/** Fulfilled after so many calls of `tick`. */
export function countdown(count: number) {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  let left = count;
  return { done, tick: () => void (--left === 0 && resolve()) };
}
