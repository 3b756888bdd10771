import { setTimeout as pause } from 'node:timers/promises';
import type { Delivery, DeliveryHandler } from '../../delivery.js';
import type { Rule } from '../rule.js';
import { numberedMessagesOf, publishInParts } from '../samples.js';
import { SequenceWatch } from '../sequence-watch.js';

const FAILING = 1 / 4;
const HANDLING_MS = 2;

export const batchesKeepTheirOrder: Rule = {
  number: null,
  title: 'what is handled in batches keeps the order of keys, and comes alone when its batch fails',
  needs: 'ordering',
  async check(run) {
    const transport = await run.open();
    const source = await run.destination(transport);
    const watch = new SequenceWatch();
    const random = run.random.fork('batches');
    let together = 0;
    const one = (delivery: Delivery) => watch.handle(delivery, async () => {});
    const handler: DeliveryHandler = Object.assign((delivery: Delivery) => one(delivery), {
      batches: {
        ...{ maxCount: 20, maxBytes: 1024 * 1024, atOnce: 2, takes: () => true },
        async handle(deliveries: readonly Delivery[]) {
          await pause(random.next() * HANDLING_MS);
          if (random.chance(FAILING)) throw new Error('One of them');
          for (const delivery of deliveries) await one(delivery);
          together += deliveries.length;
          return deliveries.map(() => true);
        },
      },
    });
    await run.subscribe(transport, { source, group: run.group() }, handler);
    // More than any window: what is not acked with its batch stops the others.
    const count = run.count({ light: 800, heavy: 10_000, parallel: 600 });
    const messages = numberedMessagesOf(source, { from: 0, count, keys: 12 });
    await run.inTime(
      publishInParts(await transport.publisher(), messages, random.fork('calls')),
      () => 'the events were not published',
    );
    await run.until(
      () => watch.fault !== null || watch.handled === count,
      () => `${count - watch.handled} of ${count} events were not handled`,
    );
    run.require(watch.fault === null, String(watch.fault));
    run.require(together > 0, 'no events came together');
  },
};
