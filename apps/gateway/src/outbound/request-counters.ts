import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Quota, RateLimit, RequestCounter } from '../use-cases/rate-limits.js';
import { rateLimitTable, type RateLimitStore } from './rate-limit-store.js';

/** Counts in this process, without the promises and timers of a counter that might be elsewhere. */
export function localCounter(limit: RateLimit): RequestCounter {
  const lengthMs = limit.windowSeconds * 1000;
  const windows = new Map<string, { requests: number; readonly endsAt: number }>();
  let forgetAt = 0;
  const forgetEnded = (now: number) => {
    for (const [slot, { endsAt }] of windows) if (endsAt <= now) windows.delete(slot);
    forgetAt = now + lengthMs;
  };
  return {
    count: (slot) => {
      const now = performance.now();
      if (now >= forgetAt) forgetEnded(now);
      let window = windows.get(slot);
      if (window === undefined || window.endsAt <= now)
        windows.set(slot, (window = { requests: 0, endsAt: now + lengthMs }));
      const remaining = limit.requests - ++window.requests;
      const { requests, windowSeconds } = limit;
      const resetMs = window.endsAt - now;
      const left = Math.max(remaining, 0);
      return { requests, windowSeconds, allowed: remaining >= 0, remaining: left, resetMs };
    },
  };
}

/** Counts for all replicas that have the store; while it is away, each for itself. */
export function sharedCounter(
  name: string,
  limit: RateLimit,
  store: RateLimitStore,
): RequestCounter {
  const { requests: points, windowSeconds: duration } = limit;
  const limiter = new RateLimiterPostgres({
    ...{ points, duration, keyPrefix: name, storeClient: store, storeType: 'pool' },
    ...{ tableName: rateLimitTable, tableCreated: true, clearExpiredByTimeout: false },
    // What is refused is refused without asking again.
    inMemoryBlockOnConsumed: points,
    insuranceLimiter: new RateLimiterMemory({ points, duration, keyPrefix: name }),
  });
  return counterOf(limiter, limit);
}

function counterOf(
  limiter: { consume(key: string): Promise<RateLimiterRes> },
  limit: RateLimit,
): RequestCounter {
  const quota = (allowed: boolean, left: RateLimiterRes): Quota => ({
    ...{ ...limit, allowed, remaining: Math.max(left.remainingPoints, 0) },
    resetMs: Math.max(left.msBeforeNext, 0),
  });
  return {
    count: (slot) =>
      limiter.consume(slot).then(
        (left) => quota(true, left),
        (refused: unknown) => {
          // A counter that fails itself must not refuse anybody.
          if (refused instanceof RateLimiterRes) return quota(false, refused);
          return { ...limit, allowed: true, remaining: limit.requests, resetMs: 0 };
        },
      ),
  };
}
