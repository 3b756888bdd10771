import type { LimitName, Quota } from '../../use-cases/rate-limits.js';

export type Quotas = Readonly<Partial<Record<LimitName, Quota>>>;

/**
 * The quotas as header fields: what is allowed, and what is left of it until when, a list item a limit.
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
 */
export function limitFields(quotas: Quotas): Record<'ratelimit-policy' | 'ratelimit', string> {
  let policy = '';
  let left = '';
  for (const name in quotas) {
    const { requests, windowSeconds, remaining, resetMs } = quotas[name as LimitName] as Quota;
    const separator = policy === '' ? '' : ', ';
    policy += `${separator}"${name}";q=${requests};w=${windowSeconds}`;
    left += `${separator}"${name}";r=${remaining};t=${Math.ceil(resetMs / 1000)}`;
  }
  return { 'ratelimit-policy': policy, ratelimit: left };
}
