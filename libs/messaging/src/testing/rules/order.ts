import type { Subscription } from '../../subscriber.js';
import { OrderWatch } from '../order-watch.js';
import type { Rule } from '../rule.js';
import { numberedMessagesOf, publishInParts } from '../samples.js';

const KEYS = 16;
const CONSUMERS = { light: 10, heavy: 10, parallel: 4 };

export const orderHoldsByKey: Rule = {
  number: 9,
  title: `${KEYS} keys, ${CONSUMERS.light} consumers: order within each key holds, also while redelivering and while consumers join, leave and die`,
  needs: 'ordering',
  deadlineMs: 90_000,
  async check(run) {
    const changes = run.count({ light: 4, heavy: 24 });
    const eventsAChange = run.count({ light: 200, heavy: 400 });
    const transport = await run.open();
    const source = await run.destination(transport);
    const options = { source, group: run.group(), redelivery: { minMs: 2, maxMs: 10 } };
    const watch = new OrderWatch(run.random.fork('handlers'));
    const join = () => run.subscribe(transport, options, watch.consumer().handler);
    const members: Subscription[] = [];
    // A queue's first consumer is the active one: the mortal one comes first, so that its death is felt.
    const mortal = await run.mortal();
    const doomed = watch.consumer();
    await mortal?.subscribe(options, doomed.handler);
    members.push(...(await Promise.all(Array.from({ length: run.count(CONSUMERS) }, join))));

    const publisher = await transport.publisher();
    const handledAtLeast = async (count: number) => {
      await run.until(
        () => watch.fault !== null || watch.handled >= count,
        () => `${count - watch.handled} of ${count} events did not arrive`,
      );
      run.require(watch.fault === null, watch.fault ?? '');
    };
    const deathAt = run.random.between(1, changes - 1);
    for (let change = 0; change < changes; change += 1) {
      const from = change * eventsAChange;
      const messages = numberedMessagesOf(source, { from, count: eventsAChange, keys: KEYS });
      const published = publishInParts(publisher, messages, run.random);
      await handledAtLeast(from + run.random.between(1, eventsAChange / 2));
      if (change === deathAt) {
        doomed.die();
        await mortal?.die();
      } else if (run.random.chance(0.5)) members.push(await join());
      else await run.random.take(members)?.close();
      await published;
    }
    await handledAtLeast(changes * eventsAChange);
  },
};
