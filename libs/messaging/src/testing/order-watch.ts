import { setTimeout as pause } from 'node:timers/promises';
import type { Delivery } from '../delivery.js';
import type { Random } from './random.js';

const REDELIVERED = 1 / 13;
const HANDLING_MS = 2;

/** Sees every try of every consumer: numbers within a key go up by one; repeats are allowed, gaps are not. */
export class OrderWatch {
  handled = 0;
  fault: string | null = null;
  readonly #next = new Map<string, number>();
  /** Who handles an event of the key at the moment. */
  readonly #busy = new Map<string, WatchedConsumer>();

  constructor(private readonly random: Random) {}

  consumer(): WatchedConsumer {
    return new WatchedConsumer(this);
  }

  async handle(delivery: Delivery, consumer: WatchedConsumer): Promise<void> {
    const name = String(delivery.key);
    const number = Number(Buffer.from(delivery.event().data ?? []).toString());
    const next = this.#next.get(name) ?? 0;
    if (number > next)
      this.fault ??= `${name}: event ${number} came before event ${next} was handled`;
    if (this.#busy.has(name))
      this.fault ??= `${name}: event ${number} came while another was being handled`;
    this.#busy.set(name, consumer);
    const chance = this.random.fork(`${name} ${number}`);
    try {
      await pause(chance.next() * HANDLING_MS);
      if (consumer.dead) throw new Error('Nobody hears how the handler of a dead consumer ended');
      if (delivery.attempt === 1 && chance.chance(REDELIVERED)) throw new Error('Not yet');
      if (number !== next) return;
      this.#next.set(name, next + 1);
      this.handled += 1;
    } finally {
      if (this.#busy.get(name) === consumer) this.#busy.delete(name);
    }
  }

  /** Nothing is being handled by it any more. */
  forget(consumer: WatchedConsumer): void {
    for (const [name, busy] of this.#busy) if (busy === consumer) this.#busy.delete(name);
  }
}

export class WatchedConsumer {
  dead = false;

  constructor(private readonly watch: OrderWatch) {}

  readonly handler = async (delivery: Delivery): Promise<void> => {
    if (this.dead) throw new Error('A dead consumer handles nothing');
    await this.watch.handle(delivery, this);
  };

  /** Before its process does: what it was handling counts no more. */
  die(): void {
    this.dead = true;
    this.watch.forget(this);
  }
}
