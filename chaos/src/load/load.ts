import type { Random } from '@mesh/messaging/testing/random';
import type { Command } from '../verdict/evidence.js';
import { Client } from './client.js';
import type { PendingCommand } from './command.js';
import { keepShelves } from './operator.js';
import { shop } from './shopper.js';

/** Of the development seed: few, so that orders compete; one is nearly sold out at the start. */
const SKUS = ['MUG-BLUE', 'MUG-RED', 'KETTLE-GN', 'GRINDER-01', 'SCALE-ONE'] as const;
const INSIST_MS = 60_000;

export interface LoadOptions {
  readonly gateways: readonly string[];
  readonly random: Random;
  readonly shoppers: readonly Client[];
  readonly onOrder: (shopper: Client, orderId: string) => void;
}

/** Customers and an operator at work, and everything that they asked for. */
export class Load {
  readonly #commands: PendingCommand[] = [];
  readonly #stop = new AbortController();
  /** Outlives `stop`: a command that is under way is ended by it alone. */
  readonly #end = new AbortController();
  readonly #working: Promise<unknown>;
  readonly #clients: readonly Client[];
  #orders = 0;

  constructor({ gateways, random, shoppers, onOrder }: LoadOptions) {
    const remember = (command: PendingCommand) => void this.#commands.push(command);
    const operator = new Client(gateways, 'operator', ['operator'], random.fork('operator'));
    this.#clients = [operator, ...shoppers];
    const signal = this.#stop.signal;
    this.#working = Promise.all([
      keepShelves(
        { client: operator, skus: SKUS, random: random.fork('shelves'), remember },
        signal,
      ),
      ...shoppers.map((client) =>
        shop(
          {
            ...{ client, skus: SKUS, random: random.fork(client.customerId), remember },
            onOrder: (orderId) => {
              this.#orders += 1;
              onOrder(client, orderId);
            },
          },
          signal,
        ),
      ),
    ]);
  }

  /** Orders that customers were told of. */
  get orders(): number {
    return this.#orders;
  }

  /** Of each kind, how many were given; and how many have no sure answer now, until they are asked again. */
  counts() {
    const views = this.commands();
    const of = (kind: Command['kind']) => views.filter((one) => one.kind === kind).length;
    const unknown = views.filter(({ outcome }) => outcome.kind === 'unknown').length;
    return { cancels: of('cancel'), sets: of('set-stock'), unknown };
  }

  commands(): readonly Command[] {
    return this.#commands.map((command) => command.view());
  }

  /** Gives no further command and asks again for answers that got lost, except for those who gave up. */
  async finish(): Promise<void> {
    this.#stop.abort();
    await this.#working;
    const signal = AbortSignal.any([this.#end.signal, AbortSignal.timeout(INSIST_MS)]);
    await Promise.all(this.#commands.map((command) => command.insist(signal)));
  }

  /** At once; what is under way stays unknown. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#end.abort();
    for (const client of this.#clients) client.close();
    await this.#working.catch(() => undefined);
  }
}
