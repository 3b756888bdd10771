import type { DeliveryHandler, Middleware } from '@mesh/messaging';
import { park as soundPark, type ParkOptions } from '@mesh/outbox';

/**
 * The defect: a delivery is acked as soon as it has come, and handled afterwards; still one after the other
 * within a key. What a process has not handled when it is killed comes to nobody again.
 */
export function park(options: ParkOptions): Middleware {
  return (next) => {
    const handle = soundPark(options)(next);
    const last = new Map<string, Promise<void>>();
    const later: DeliveryHandler = (delivery) => {
      const key = delivery.key ?? '';
      const before = last.get(key) ?? Promise.resolve();
      const handled = before.then(() => handle(delivery)).catch(() => undefined);
      last.set(key, handled);
      return Promise.resolve();
    };
    return later;
  };
}

// In the bundle `@mesh/outbox` is the one module whose place this one takes.
export * from '@mesh/outbox';
