export interface Backoff {
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * The pause before try `attempt + 1`: anything between 0 and `minMs · 2^(attempt-1)`, at most `maxMs`.
 * Full jitter spreads the tries of many consumers that failed at the same moment.
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function fullJitterMs(
  { minMs, maxMs }: Backoff,
  attempt: number,
  random = Math.random,
): number {
  const ceiling = Math.min(maxMs, minMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(random() * ceiling);
}
