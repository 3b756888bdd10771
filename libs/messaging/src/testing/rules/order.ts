import { setTimeout as pause } from 'node:timers/promises';
import type { Delivery } from '../../delivery.js';
import type { Rule } from '../rule.js';
import { messageOf } from '../samples.js';

const EVENTS = 1000;
const KEYS = 16;
const CONSUMERS = 10;
const REDELIVERED_EVERY = 13;

export const orderHoldsByKey: Rule = {
  number: 9,
  title: `${EVENTS} events, ${KEYS} keys, ${CONSUMERS} consumers: order within each key holds, also while redelivering`,
  needs: 'ordering',
  deadlineMs: 60_000,
  async check(run) {
    const transport = await run.open();
    const source = await run.destination(transport);
    const group = run.group();
    const watch = new OrderWatch();
    const redelivery = { minMs: 2, maxMs: 10 };
    await Promise.all(
      Array.from({ length: CONSUMERS }, () =>
        run.subscribe(transport, { source, group, redelivery }, (delivery) =>
          watch.handle(delivery),
        ),
      ),
    );
    const publisher = await transport.publisher();
    const messages = Array.from({ length: EVENTS }, (_, index) =>
      messageOf(source, `key-${index % KEYS}`, String(Math.floor(index / KEYS))),
    );
    // Calls of many sizes, all at once: the order of their keys is the order of the calls.
    const calls: Promise<void>[] = [];
    for (let at = 0, size = 1; at < EVENTS; at += size, size = (size % 40) + 1) {
      calls.push(publisher.publish(messages.slice(at, at + size)));
    }
    await Promise.all(calls);
    await run.until(
      () => watch.fault !== null || watch.handled === EVENTS,
      () => `${EVENTS - watch.handled} of ${EVENTS} events did not arrive`,
    );
    run.require(watch.fault === null, watch.fault ?? '');
  },
};

/** Sees every try of every consumer: numbers within a key go up by one; repeats are allowed, gaps are not. */
class OrderWatch {
  handled = 0;
  fault: string | null = null;
  readonly #next = new Map<string, number>();
  readonly #busy = new Set<string>();

  async handle(delivery: Delivery): Promise<void> {
    const { attempt } = delivery;
    const name = String(delivery.key);
    const number = Number(Buffer.from(delivery.event().data ?? []).toString());
    const next = this.#next.get(name) ?? 0;
    if (number > next)
      this.fault ??= `${name}: event ${number} came before event ${next} was handled`;
    if (this.#busy.has(name))
      this.fault ??= `${name}: event ${number} came while another was being handled`;
    this.#busy.add(name);
    try {
      await pause(Math.random() * 2);
      if (attempt === 1 && number % REDELIVERED_EVERY === 0) throw new Error('Not yet');
      if (number === next) this.#next.set(name, next + 1);
      if (number === next) this.handled += 1;
    } finally {
      this.#busy.delete(name);
    }
  }
}
