import type { Random } from '@mesh/messaging/testing/random';
import type { Sightings } from '../verdict/evidence.js';
import { Watcher } from './watcher.js';

/** Orders that have a watcher of their own, beside the feed that shows all of them. */
const WATCHED_ORDERS = 40;

interface Watch {
  readonly watcher: Watcher;
  readonly name: string;
  readonly customerId: string;
  readonly orderId: string | undefined;
}

/** All the browsers of a run: for each customer one that follows everything, and some that follow one order. */
export class Watchers {
  readonly #watches: Watch[] = [];

  constructor(
    private readonly gateways: readonly string[],
    private readonly random: Random,
  ) {}

  /** Fulfilled when its customer's next order can't be missed. */
  async followAll(customerId: string, token: string): Promise<void> {
    const subscription = ({ cursor }: { cursor: string | undefined }) => ({
      feed: 'orders',
      ...(cursor !== undefined && { cursor }),
    });
    await this.#open({ customerId, orderId: undefined, token, subscription });
  }

  /** Follows one order from its first version; not more than some. */
  follow(customerId: string, token: string, orderId: string): void {
    if (this.#watches.filter((one) => one.orderId !== undefined).length >= WATCHED_ORDERS) return;
    if (!this.random.chance(0.1)) return;
    const subscription = ({ version }: { version: number }) => ({ orderId, afterVersion: version });
    void this.#open({ customerId, orderId, token, subscription });
  }

  /** Updates that were seen, and connections that it took. */
  counts() {
    const sum = (of: (watcher: Watcher) => number) =>
      this.#watches.reduce((total, { watcher }) => total + of(watcher), 0);
    return {
      seen: sum(({ seen }) => seen.length),
      connections: sum(({ connections }) => connections),
    };
  }

  sightings(): readonly Sightings[] {
    return this.#watches.map(({ watcher, name, customerId, orderId }) => ({
      ...{ watcher: name, customerId, orderId, updates: [...watcher.seen] },
    }));
  }

  async close(): Promise<void> {
    await Promise.all(this.#watches.map(({ watcher }) => watcher.close()));
  }

  #open({
    customerId,
    orderId,
    token,
    subscription,
  }: Pick<Watch, 'customerId' | 'orderId'> & {
    readonly token: string;
    readonly subscription: ConstructorParameters<typeof Watcher>[0]['subscription'];
  }): Promise<void> {
    const name = orderId === undefined ? `the feed of ${customerId}` : `a watcher of ${orderId}`;
    const { gateways } = this;
    const watcher = new Watcher({ gateways, token, subscription, random: this.random.fork(name) });
    this.#watches.push({ watcher, name, customerId, orderId });
    return watcher.ready;
  }
}
