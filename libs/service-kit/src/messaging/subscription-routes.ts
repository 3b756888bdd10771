import type { IncomingMessage } from 'node:http';
import { AppError } from '../errors/app-error.js';
import type { ManagementHandler } from '../lifecycle/management-routes.js';
import { breakerStates, type BreakerState } from './handler-metrics.js';
import type { GroupLag, LagWatch } from './lag-metric.js';
import { operatorRoutes, type OperatorRoutesOptions } from './operator-routes.js';
import type { PlannedSubscription } from './subscription-plan.js';

export interface SubscriptionRoutesOptions extends OperatorRoutesOptions {
  readonly plans: readonly PlannedSubscription[];
  readonly lag: Pick<LagWatch, 'read'>;
}

/** What `GET /subscriptions` answers. */
export interface SubscriptionReport {
  readonly groups: readonly GroupLag[];
  /** Of this replica. */
  readonly breakers: readonly BreakerState[];
}

/**
 * How the subscriptions of a service stand, on its management port, for operators: `GET /subscriptions`
 * tells how far each group is behind and which circuits are open, as the metrics do.
 */
export function subscriptionRoutes(options: SubscriptionRoutesOptions): ManagementHandler {
  return operatorRoutes(options, (request, url) => answer(request, url, options));
}

async function answer(
  request: IncomingMessage,
  url: URL,
  { plans, lag }: SubscriptionRoutesOptions,
): Promise<SubscriptionReport> {
  if (request.method !== 'GET' || url.pathname !== '/subscriptions')
    throw new AppError('NOT_FOUND', `${request.method} ${url.pathname} is nothing here`);
  return { groups: await lag.read(), breakers: await breakerStates(namesOfBroken(plans)) };
}

/** Handlers that have a circuit breaker around them. */
function namesOfBroken(plans: readonly PlannedSubscription[]): readonly string[] {
  const handlers = plans.flatMap((plan) => [...plan.handlers.values()]);
  return handlers.filter(({ options }) => options.breaker !== undefined).map(({ name }) => name);
}
