import type { Delivery, DeliveryHandler } from '../delivery.js';
import { Dispatcher } from '../dispatch/dispatcher.js';
import type { Outcome } from '../dispatch/options.js';

/** A consumer without a broker. */
export interface Dispatching {
  /** Fulfilled as `done` where a transport acks. */
  dispatch(delivery: Delivery): Promise<Outcome>;
  /** Ends the handlers that run. */
  close(): Promise<void>;
}

/** Hands deliveries to a handler as every transport does, with pauses of a few milliseconds. */
export function dispatching(handler: DeliveryHandler): Dispatching {
  const dispatcher = new Dispatcher({
    group: 'tested',
    handler,
    window: { count: Infinity, bytes: Infinity },
    concurrency: 8,
    redelivery: { minMs: 1, maxMs: 20 },
    deadLetter: async () => {},
  });
  return {
    dispatch: (delivery) => dispatcher.dispatch(delivery),
    close: () => dispatcher.close(1000),
  };
}
