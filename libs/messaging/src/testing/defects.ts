import type { CloudEvent } from '@mesh/envelope';
import type { Delivery, DeliveryHandler } from '../delivery.js';
import type { Publisher } from '../publisher.js';
import type { Subscription, SubscribeOptions } from '../subscriber.js';
import type { Transport } from '../transport.js';

/** Makes a correct transport a broken one. */
export type Defect = (transport: Transport) => Transport;

/** The same transport with another way to hand over. */
export function withHandlers(mutate: (handler: DeliveryHandler) => DeliveryHandler): Defect {
  return (transport) => ({
    ...forwarded(transport),
    subscribe: (options, handler) => transport.subscribe(options, mutate(handler)),
  });
}

export function withEvents(change: (event: CloudEvent) => Partial<CloudEvent>): Defect {
  return withHandlers((handler) => (delivery) => {
    const event = () => ({ ...delivery.event(), ...change(delivery.event()) });
    return handler({ ...delivery, event });
  });
}

export function withOptions(mutate: (options: SubscribeOptions) => SubscribeOptions): Defect {
  return (transport) => ({
    ...forwarded(transport),
    subscribe: (options, handler) => transport.subscribe(mutate(options), handler),
  });
}

export function withPublisher(mutate: (publisher: Publisher) => Publisher): Defect {
  return (transport) => ({
    ...forwarded(transport),
    publisher: async () => mutate(await transport.publisher()),
  });
}

/** Another way to close a subscription; `end` makes those handlers fulfilled that still run. */
export function withClose(
  close: (subscription: Subscription, end: () => void) => Subscription['close'],
): Defect {
  return (transport) => ({
    ...forwarded(transport),
    subscribe: async (options, handler) => {
      const ended = Promise.withResolvers<void>();
      const subscription = await transport.subscribe(options, (delivery) =>
        Promise.race([handler(delivery), ended.promise]),
      );
      return { ready: subscription.ready, close: close(subscription, ended.resolve) };
    },
  });
}

/** The handler of every subscription also gets what comes to the one before it. */
export function leaking(): Defect {
  let before: DeliveryHandler | undefined;
  return withHandlers((handler) => {
    const other = before;
    before = handler;
    return async (delivery: Delivery) => {
      await other?.(delivery);
      await handler(delivery);
    };
  });
}

/** More subscriptions than that at once are refused, over all transports. */
export function limitedTo(limit: number): Defect {
  let open = 0;
  return (transport) => ({
    ...forwarded(transport),
    subscribe: async (options, handler) => {
      if (open === limit) throw new Error('Too many subscriptions');
      open += 1;
      const subscription = await transport.subscribe(options, handler);
      const close: Subscription['close'] = (how) => {
        open -= 1;
        return subscription.close(how);
      };
      return { ready: subscription.ready, close };
    },
  });
}

export function forwarded(transport: Transport): Transport {
  return {
    name: transport.name,
    features: transport.features,
    publisher: () => transport.publisher(),
    declare: (destinations) => transport.declare(destinations),
    subscribe: (options, handler) => transport.subscribe(options, handler),
    check: () => transport.check(),
    close: () => transport.close(),
  };
}
