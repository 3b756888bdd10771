import { setTimeout as pause } from 'node:timers/promises';
import type { DeliveryHandler } from '../../delivery.js';
import { Received } from '../received.js';
import type { Rule } from '../rule.js';
import { idsOf, messagesOf, publishInParts } from '../samples.js';

const FAILING = 0.05;
const CUT_SHORT = 0.3;
const HANDLING_MS = 2;

export const comingAndGoingLosesNothing: Rule = {
  number: 6,
  title: 'subscribe, close, subscribe again, many times while events flow: none is lost',
  deadlineMs: 90_000,
  async check(run) {
    const rounds = run.count({ light: 8, heavy: 50 });
    const eventsARound = run.count({ light: 125, heavy: 100 });
    const transport = await run.open();
    const source = await run.destination(transport);
    const options = { source, group: run.group(), redelivery: { minMs: 2, maxMs: 10 } };
    const received = new Received();
    const failing = new Set<string>();
    const pauses = run.random.fork('pauses');
    const handler: DeliveryHandler = async (delivery) => {
      const event = delivery.event();
      await pause(pauses.between(0, HANDLING_MS));
      if (delivery.attempt === 1 && failing.has(event.id)) throw new Error('Not yet');
      received.add(event);
    };
    // Without replay a group gets what is published after its first subscription.
    await (await run.subscribe(transport, options, handler)).close();

    const publisher = await transport.publisher();
    const ids: string[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const messages = messagesOf(source, eventsARound);
      for (const id of idsOf(messages)) if (run.random.chance(FAILING)) failing.add(id);
      const published = publishInParts(publisher, messages, run.random);
      const subscription = await run.subscribe(transport, options, handler);
      ids.push(...idsOf(messages));
      const enough = received.size + run.random.between(1, eventsARound / 2);
      await run.until(
        () => received.size >= enough || received.hasAll(ids),
        () => `in round ${round} ${received.missing(ids)}`,
      );
      await subscription.close(run.random.chance(CUT_SHORT) ? { graceMs: 0 } : {});
      await published;
    }
    await run.subscribe(transport, options, handler);
    await run.until(
      () => received.hasAll(ids),
      () => `after ${rounds} subscriptions ${received.missing(ids)}`,
    );
  },
};
