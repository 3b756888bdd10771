import { setTimeout as pause } from 'node:timers/promises';
import type { DeliveryHandler, Subscription } from '@mesh/messaging';
import type { Runtime } from '../lifecycle/runtime.js';
import { checkFeatures, type PlannedSubscription } from './subscription-plan.js';
import type { Transports } from './transports.js';

const firstPauseMs = 100;
const longestPauseMs = 5000;
const graceMs = 5000;

/**
 * Subscribes, in the background, for as long as the broker takes to be there, and closes at the
 * beginning of shutdown. Readiness waits for it. What can't succeed later fails the service.
 */
export function keepSubscribed(
  plan: PlannedSubscription,
  handler: DeliveryHandler,
  { transports, runtime }: { readonly transports: Transports; readonly runtime: Runtime },
): void {
  const { lifecycle, readiness } = runtime;
  const condition = readiness.require(`${plan.group} on ${plan.subscribe.source}`);
  const subscribing = subscribe(plan, handler, transports, runtime, condition.waiting);
  const joined = subscribing.then(async (subscription) => {
    condition.waiting('joining the group');
    await subscription.ready;
    condition.fulfil();
  });
  joined.catch((error: Error) => {
    if (!lifecycle.stopping.aborted) lifecycle.fail(error);
  });
  lifecycle.onStop('intake', condition.name, async () => {
    const subscription = await subscribing.catch(() => undefined);
    await subscription?.close({ graceMs });
  });
}

async function subscribe(
  plan: PlannedSubscription,
  handler: DeliveryHandler,
  transports: Transports,
  { lifecycle }: Runtime,
  waiting: (reason: string) => void,
): Promise<Subscription> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      const transport = await transports.forKind(plan.stream.kind);
      checkFeatures(plan, transport);
      return await transport.subscribe(plan.subscribe, handler);
    } catch (error) {
      if (!isRetryable(error)) throw error;
      waiting(error.message);
    }
    await pause(pauseMs, undefined, { signal: lifecycle.stopping });
  }
}

function isRetryable(error: unknown): error is Error {
  return error instanceof Error && (error as { retryable?: unknown }).retryable === true;
}
