import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { addressOwner, AppError, callContext, type Principal } from '@mesh/service-kit';
import { metrics } from '@mesh/tracing';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LimitName, Quota, RateLimits } from '../../use-cases/rate-limits.js';
import { RATE_LIMITS } from '../../gateway.tokens.js';
import { limitFields, type Quotas } from './limit-fields.js';

const refused = metrics.counter({
  name: 'mesh_http_rate_limited_total',
  help: 'Requests that were refused because their origin had made too many, by limit',
  labels: ['limit'],
});
const quotasOf = new WeakMap<Answer, Quotas>();

interface Answer {
  headers(fields: Record<string, string>): unknown;
}

/** Counts each request by its address before anything else is done for it (a Fastify `onRequest` hook). */
export function limitByAddress(limits: RateLimits) {
  return (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
    const counted = limits.count('address', addressOwner(request.ip));
    const tell = (quota: Quota) => {
      try {
        apply('address', quota, reply);
      } catch (error) {
        return done(error as Error);
      }
      done();
    };
    if (counted instanceof Promise) void counted.then(tell);
    else if (counted) tell(counted);
    else done();
  };
}

/**
 * Counts each request by its customer; after the guard that verifies the token. A guard, since a single
 * interceptor has Nest put every answer through an Observable.
 */
@Injectable()
export class CustomerRateLimit implements CanActivate {
  constructor(@Inject(RATE_LIMITS) private readonly limits: RateLimits) {}

  canActivate(execution: ExecutionContext): boolean | Promise<boolean> {
    const { principal } = callContext();
    if (execution.getType() !== 'http' || principal === undefined) return true;
    const reply = execution.switchToHttp().getResponse<FastifyReply>();
    return countCustomer(this.limits, principal, reply)?.then(() => true) ?? true;
  }
}

/** Counts one request of a customer; at once where the limit is counted here. @throws AppError TOO_MANY_REQUESTS */
export function countCustomer(
  limits: RateLimits,
  { customerId }: Principal,
  reply: FastifyReply,
): Promise<void> | undefined {
  const counted = limits.count('customer', customerId);
  if (counted instanceof Promise) return counted.then((quota) => apply('customer', quota, reply));
  if (counted) apply('customer', counted, reply);
}

/** Tells what is left. @throws AppError TOO_MANY_REQUESTS */
export function applyAddress(quota: Quota, answer: Answer): void {
  apply('address', quota, answer);
}

/** @throws AppError TOO_MANY_REQUESTS */
function apply(name: LimitName, quota: Quota, reply: Answer): void {
  const quotas = { ...quotasOf.get(reply), [name]: quota };
  quotasOf.set(reply, quotas);
  void reply.headers(limitFields(quotas));
  if (quota.allowed) return;
  refused.inc({ limit: name });
  const { requests, windowSeconds } = quota;
  const whose = name === 'address' ? 'address' : 'customer';
  throw new AppError(
    'TOO_MANY_REQUESTS',
    `This ${whose} may make ${requests} requests in ${windowSeconds} s; wait as Retry-After says`,
    { retryAfterMs: Math.max(quota.resetMs, 1) },
  );
}
