import { setTimeout as pause } from 'node:timers/promises';
import type { Delivery } from '../../delivery.js';
import type { Subscription } from '../../subscriber.js';
import { Received } from '../received.js';
import type { Rule } from '../rule.js';
import { idsOf, messagesOf } from '../samples.js';

const SUBSCRIBERS = { light: 10, heavy: 10, parallel: 4 };
const KEYS = 8;
const CONCURRENCY = 4;
/** Of the subscriber whose handlers never end. */
const GRACE_MS = 50;

export const closingDuringDelivery: Rule = {
  number: 7,
  title: `${SUBSCRIBERS.light} subscribers closed at once during delivery: it ends in bounded time, handlers in flight finish, the rest is redelivered`,
  deadlineMs: 60_000,
  async check(run) {
    const [even, odd] = [await run.open(), await run.open()];
    const source = await run.destination(even);
    const consumers = Array.from(
      { length: run.count(SUBSCRIBERS) },
      () => new HeldConsumer(run.group()),
    );
    const stuck = run.random.pick(consumers);
    await Promise.all(
      consumers.map(async (consumer, index) => {
        const options = { source, group: consumer.group, concurrency: CONCURRENCY };
        const transport = index % 2 === 0 ? even : odd;
        consumer.subscription = await run.subscribe(transport, options, consumer.handler);
      }),
    );
    const messages = messagesOf(source, run.count({ light: 100, heavy: 1000 }), KEYS);
    await (await even.publisher()).publish(messages);
    await run.until(
      () => consumers.every(({ running }) => running > 0),
      () => 'not every subscriber had a delivery in flight',
    );

    const closing = consumers.map((one) => one.close(one === stuck ? GRACE_MS : undefined));
    await pause(run.random.between(0, GRACE_MS));
    const others = consumers.filter((consumer) => consumer !== stuck);
    const early = others.filter(({ closed }) => closed).length;
    run.require(early === 0, `${early} subscribers closed before their handlers had ended`);
    for (const consumer of others) consumer.letGo();
    await run.inTime(Promise.all(closing), () => {
      const left = consumers.filter(({ closed }) => !closed).length;
      return `${left} of ${consumers.length} subscribers did not close`;
    });
    for (const { running } of others)
      run.require(running === 0, `${running} handlers had not ended when their subscriber closed`);

    await Promise.all(
      consumers.map(({ group, received }) =>
        run.subscribe(even, { source, group }, received.handler),
      ),
    );
    const ids = idsOf(messages);
    for (const { received } of consumers) {
      await run.until(
        () => received.hasAll(ids),
        () => `at the next subscriber ${received.missing(ids)}`,
      );
    }
    const late = consumers.reduce((sum, consumer) => sum + consumer.late, 0);
    run.require(late === 0, `${late} deliveries came to subscribers that were closed`);
  },
};

/** Its handlers end when they are let go. */
class HeldConsumer {
  readonly received = new Received();
  readonly #gate = Promise.withResolvers<void>();
  subscription: Subscription | undefined;
  running = 0;
  closed = false;
  /** Handlers that started after the close. */
  late = 0;

  constructor(readonly group: string) {}

  readonly handler = async (delivery: Delivery): Promise<void> => {
    if (this.closed) this.late += 1;
    this.running += 1;
    await this.#gate.promise;
    this.running -= 1;
    this.received.add(delivery.event());
  };

  letGo(): void {
    this.#gate.resolve();
  }

  async close(graceMs: number | undefined): Promise<void> {
    await this.subscription?.close(graceMs === undefined ? {} : { graceMs });
    this.closed = true;
  }
}
