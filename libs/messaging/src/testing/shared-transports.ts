import type { Subscription } from '../subscriber.js';
import type { Transport } from '../transport.js';

/** A few transports that many rules use at once, each as if they were its own. */
export class SharedTransports {
  readonly #instances: readonly Transport[];
  #opened = 0;

  constructor(instances: readonly Transport[]) {
    this.#instances = instances;
  }

  /** One of them; closing it ends only what was subscribed through it. Don't close its publisher. */
  open(): Transport {
    const instance = this.#instances[this.#opened++ % this.#instances.length];
    if (instance === undefined) throw new RangeError('There is no transport to share');
    const subscriptions: Subscription[] = [];
    return {
      name: instance.name,
      features: instance.features,
      publisher: () => instance.publisher(),
      declare: (destinations) => instance.declare(destinations),
      subscribe: async (options, handler) => {
        const subscription = await instance.subscribe(options, handler);
        subscriptions.push(subscription);
        return subscription;
      },
      check: () => instance.check(),
      close: async () => {
        await Promise.all(subscriptions.map((subscription) => subscription.close()));
      },
    };
  }
}
