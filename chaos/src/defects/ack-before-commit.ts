import type { DeliveryHandler, Middleware } from '@mesh/messaging';
import {
  inboxBatch as soundInboxBatch,
  park as soundPark,
  type InboxOptions,
  type ParkOptions,
} from '@mesh/outbox';

/**
 * The defect: a delivery is acked as soon as it has come, and handled afterwards; still one after the other
 * within a key. What a process has not handled when it is killed comes to nobody again.
 */
export function park(options: ParkOptions): Middleware {
  return (next) => {
    const handle = soundPark(options)(next);
    const last = new Map<string, Promise<unknown>>();
    const later: DeliveryHandler = (delivery) => {
      const key = delivery.key ?? '';
      const before = last.get(key) ?? Promise.resolve();
      last.set(
        key,
        before.then(() => handle(delivery)).catch(() => undefined),
      );
      return Promise.resolve();
    };
    return later;
  };
}

/** The same for deliveries that come together. */
export function inboxBatch(options: InboxOptions): ReturnType<typeof soundInboxBatch> {
  const handle = soundInboxBatch(options);
  let last: Promise<unknown> = Promise.resolve();
  return (handlings, effect) => {
    last = last.then(() => handle(handlings, effect)).catch(() => undefined);
    return Promise.resolve(handlings.map(() => 'done' as const));
  };
}

// In the bundle `@mesh/outbox` is the two modules whose place this one takes.
export * from '@mesh/outbox';
