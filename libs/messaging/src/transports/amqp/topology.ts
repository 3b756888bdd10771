import type { AmqpBinding, AmqpExchange, AmqpQueue, AmqpTopology } from '@mesh/contracts/topology';
import {
  deadLetterQueue,
  exchangeDeclaration,
  queueDeclaration,
  type Declaration,
} from './declaration.js';

/** What belongs together, in an order in which it can be declared. */
export interface Parts {
  readonly declarations: readonly Declaration[];
  readonly bindings: readonly AmqpBinding[];
}

interface Group {
  readonly source: string;
  readonly group: string;
  readonly filter?: readonly string[];
}

/** What is declared under a name: what is described, else our defaults. */
export class Topology {
  readonly #exchanges: ReadonlyMap<string, AmqpExchange>;
  readonly #queues: ReadonlyMap<string, AmqpQueue>;
  readonly #bindings: readonly AmqpBinding[];

  constructor({ exchanges, queues, bindings }: AmqpTopology) {
    this.#exchanges = new Map(exchanges.map((exchange) => [exchange.name, exchange]));
    this.#queues = new Map(queues.map((queue) => [queue.name, queue]));
    this.#bindings = bindings;
  }

  /** Everything that is described. */
  all(): Parts {
    return partsOf(
      [...this.#exchanges.keys()].flatMap((name) => this.#exchange(name)),
      [...this.#queues.keys()].flatMap((name) => this.#queue(name)),
      this.#bindings.flatMap((binding) => this.#ends(binding)),
      this.#bindings,
    );
  }

  /** An exchange alone; one that is not described is a topic exchange. */
  exchange(name: string): Parts {
    return partsOf(this.#exchange(name), [], [], []);
  }

  /** An exchange with its alternate one, and the queues that are described to be bound to them. */
  destination(name: string): Parts {
    const exchanges = [name, this.#exchanges.get(name)?.alternateExchange];
    const bindings = this.#bindings.filter(({ exchange }) => exchanges.includes(exchange));
    const ends = bindings.flatMap((binding) => this.#ends(binding));
    return partsOf(this.#exchange(name), [], ends, bindings);
  }

  /**
   * The queue of a group, bound as described and by the patterns. One that is not described is
   * replicated, on disk, and read by one consumer at a time so that order holds.
   */
  group({ source, group, filter }: Group): Parts {
    const described = this.#bindings.filter(({ queue }) => queue === group);
    const ends = described.flatMap((binding) => this.#ends(binding));
    const patterns = filter ?? (described.length > 0 ? [] : ['#']);
    return partsOf(this.#exchange(source), this.#queue(group), ends, [
      ...described,
      ...patterns.map((routingKey) => ({ exchange: source, queue: group, routingKey })),
    ]);
  }

  /** Where the broker and we put what a group can't handle. */
  deadLetters(queue: string): Parts {
    return partsOf([], [this.#deadLetterQueue(queue)], [], []);
  }

  #exchange(name: string): Declaration[] {
    const exchange = this.#exchanges.get(name) ?? { name, type: 'topic' };
    const alternate = this.#exchanges.get(exchange.alternateExchange ?? '');
    return [...(alternate ? [exchangeDeclaration(alternate)] : []), exchangeDeclaration(exchange)];
  }

  /** With the target of its dead letters first: what dies before that exists has nowhere to go. */
  #queue(name: string): Declaration[] {
    const queue = this.#queues.get(name) ?? { name, type: 'quorum', singleActiveConsumer: true };
    const { deadLetter } = queue;
    const target =
      deadLetter === undefined
        ? [this.#deadLetterQueue(deadLetterQueue(name))]
        : deadLetter !== 'drop' && this.#exchanges.has(deadLetter.exchange)
          ? this.#exchange(deadLetter.exchange)
          : [];
    return [...target, queueDeclaration(queue)];
  }

  #deadLetterQueue(name: string): Declaration {
    return queueDeclaration(this.#queues.get(name) ?? { name, type: 'quorum', deadLetter: 'drop' });
  }

  #ends({ exchange, queue }: AmqpBinding): Declaration[] {
    return [...this.#exchange(exchange), ...this.#queue(queue)];
  }
}

function partsOf(
  exchanges: readonly Declaration[],
  queues: readonly Declaration[],
  ends: readonly Declaration[],
  bindings: readonly AmqpBinding[],
): Parts {
  const byName = new Map(
    [...exchanges, ...queues, ...ends].map((one) => [`${one.resource} ${one.name}`, one]),
  );
  return { declarations: [...byName.values()], bindings };
}
