import { readFileSync } from 'node:fs';
import type { Runtime } from '@mesh/service-kit';
import type { Config } from '../config.js';
import { RateLimits, type LimitName, type RequestCounter } from '../use-cases/rate-limits.js';
import { RateLimitStore } from './rate-limit-store.js';
import { localCounter, sharedCounter } from './request-counters.js';

/** The limits of the config, counted in this process or in the store that it names. */
export function rateLimits(config: Config, { log, lifecycle }: Runtime): RateLimits {
  const {
    RATE_LIMIT_ADDRESS: address,
    RATE_LIMIT_CUSTOMER: customer,
    RATE_LIMIT_URL: url,
  } = config;
  const store = url === undefined ? undefined : new RateLimitStore(url, log);
  if (store) lifecycle.onStop('close', 'rate limits', () => store.close());
  const counters: Partial<Record<LimitName, RequestCounter>> = {};
  for (const [name, limit] of Object.entries({ address, customer }) as [
    LimitName,
    typeof address,
  ][])
    if (limit) counters[name] = store ? sharedCounter(name, limit, store) : localCounter(limit);
  return new RateLimits(counters, readFileSync(config.CURSOR_SECRET_FILE, 'base64'));
}
