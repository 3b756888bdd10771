import { setTimeout as pause } from 'node:timers/promises';
import type { DeadLetterHandler, DeliveryHandler, Subscription } from '@mesh/messaging';
import type { ReadinessCondition } from '../lifecycle/readiness.js';
import type { Runtime } from '../lifecycle/runtime.js';
import { checkFeatures, type PlannedSubscription } from './subscription-plan.js';
import type { Transports } from './transports.js';

const firstPauseMs = 100;
const longestPauseMs = 5000;
const graceMs = 5000;

interface Handlers {
  readonly deliveries: DeliveryHandler;
  /** For what the broker itself gives up of the group; undefined leaves it in its channel. */
  readonly deadLetters: DeadLetterHandler | undefined;
}

/** A subscription that is kept for as long as the service runs. */
export interface KeptSubscription {
  readonly plan: PlannedSubscription;
  /** Leaves the group, runs the work, and joins again however that ends. */
  whileAway<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * Subscribes, in the background, for as long as the broker takes to be there, and closes at the
 * beginning of shutdown. Readiness waits for it. What can't succeed later fails the service.
 */
export function keepSubscribed(
  plan: PlannedSubscription,
  handlers: Handlers,
  { transports, runtime }: { readonly transports: Transports; readonly runtime: Runtime },
): KeptSubscription {
  const { lifecycle, readiness } = runtime;
  const condition = readiness.require(`${plan.group} on ${plan.subscribe.source}`);
  const join = () => {
    const subscribing = subscribe(plan, handlers, transports, runtime, condition);
    const joined = subscribing.then(async (subscriptions) => {
      await Promise.all(subscriptions.map(({ ready }) => ready));
      condition.fulfil();
    });
    joined.catch((error: Error) => {
      if (!lifecycle.stopping.aborted) lifecycle.fail(error);
    });
    return subscribing;
  };
  condition.waiting('joining the group');
  let current = join();
  const leave = async () => {
    const subscriptions = await current.catch(() => []);
    await Promise.all(subscriptions.map((one) => one.close({ graceMs })));
  };
  lifecycle.onStop('intake', condition.name, leave);
  return {
    plan,
    async whileAway(work) {
      await leave();
      try {
        return await work();
      } finally {
        if (!lifecycle.stopping.aborted) current = join();
      }
    },
  };
}

async function subscribe(
  plan: PlannedSubscription,
  { deliveries, deadLetters }: Handlers,
  transports: Transports,
  { lifecycle }: Runtime,
  { waiting, fulfil }: ReadinessCondition,
): Promise<readonly Subscription[]> {
  const onBlocked = (error: Error | null) => (error === null ? fulfil() : waiting(error.message));
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      const transport = await transports.forKind(plan.stream.kind);
      checkFeatures(plan, transport);
      const subscription = await transport.subscribe({ ...plan.subscribe, onBlocked }, deliveries);
      if (deadLetters === undefined || plan.subscribe.ephemeral) return [subscription];
      const collecting = await transport.collectDeadLetters?.(plan.subscribe, deadLetters);
      return collecting === undefined ? [subscription] : [subscription, collecting];
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
