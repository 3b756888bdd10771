import { Received } from '../received.js';
import type { Rule } from '../rule.js';
import { idsOf, messageOf } from '../samples.js';

const FAILURES = 3;
const EVENTS = 100;

export const failingOnesDoNotStarveOthers: Rule = {
  number: 8,
  title: `${EVENTS} events that fail ${FAILURES} times and more: those behind them arrive meanwhile, and then they do too`,
  async check(run) {
    const transport = await run.open();
    const source = await run.destination(transport);
    const received = new Received();
    const publisher = await transport.publisher();
    const failing = keyed(source, 'failing');
    const others = keyed(source, 'other');
    const [failingIds, otherIds] = [idsOf(failing), idsOf(others)];
    const unlucky = new Set(failingIds);
    const failures = new Map<string, number>();
    const redelivery = { minMs: 2, maxMs: 20 };
    await run.subscribe(transport, { source, group: run.group(), redelivery }, async (delivery) => {
      const event = delivery.event();
      const failed = failures.get(event.id) ?? 0;
      // Not before the others are there, so that nobody can wait for these to succeed.
      if (unlucky.has(event.id) && (failed < FAILURES || !received.hasAll(otherIds))) {
        failures.set(event.id, failed + 1);
        throw new Error('Not yet');
      }
      received.add(event);
    });
    await publisher.publish(failing);
    await publisher.publish(run.random.shuffle(others));
    await run.until(
      () => received.hasAll(otherIds),
      () => `behind failing ones ${received.missing(otherIds)}`,
    );
    await run.until(
      () => received.hasAll(failingIds),
      () => `of the failing ones ${received.missing(failingIds)}`,
    );
  },
};

/** A key for each. */
function keyed(source: string, name: string) {
  return Array.from({ length: EVENTS }, (_, index) => messageOf(source, `${name}-${index}`));
}
