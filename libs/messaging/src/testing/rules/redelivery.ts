import type { DeliveryHandler } from '../../delivery.js';
import type { SubscribeOptions } from '../../subscriber.js';
import type { Transport } from '../../transport.js';
import { Received } from '../received.js';
import type { Rule } from '../rule.js';
import type { RuleRun } from '../rule-run.js';
import { idsOf, messagesOf } from '../samples.js';

const FAILURES = 2;
const HELD = 10;

export const failedHandlerGetsItAgain: Rule = {
  number: 4,
  title: 'a handler that throws gets the event again until it succeeds',
  async check(run) {
    const transport = await run.open();
    const source = await run.destination(transport);
    const received = new Received();
    const attempts = new Map<string, number[]>();
    const redelivery = { minMs: 5, maxMs: 20 };
    await run.subscribe(transport, { source, group: run.group(), redelivery }, async (delivery) => {
      const event = delivery.event();
      const seen = attempts.get(event.id) ?? [];
      attempts.set(event.id, [...seen, delivery.attempt]);
      if (seen.length < FAILURES) throw new Error('Not yet');
      received.add(event);
    });
    const messages = messagesOf(source, run.count({ light: 20, heavy: 200 }));
    const ids = idsOf(messages);
    await (await transport.publisher()).publish(messages);
    await run.until(
      () => received.hasAll(ids),
      () => `after a failure ${received.missing(ids)} again`,
    );
    for (const [id, seen] of attempts) {
      const counted = seen.every((attempt, index) => attempt === index + 1);
      run.require(
        counted,
        `event ${id} was tried ${seen.length} times, counted as ${seen.join(', ')}`,
      );
    }
  },
};

export const unsettledSurvivesItsConsumer: Rule = {
  number: 5,
  title: 'nothing is acked before its handler ends: what a dead consumer held comes to the next',
  needs: 'persistent',
  async check(run) {
    const first = await run.open();
    const source = await run.destination(first);
    const group = run.group();
    const held = new Received();
    const messages = messagesOf(source, HELD, HELD);
    const ids = idsOf(messages);
    const dying = await deathOf(run, first, { source, group }, (delivery) => {
      held.add(delivery.event());
      return new Promise(() => {});
    });
    await (await first.publisher()).publish(messages);
    await run.until(
      () => held.hasAll(ids),
      () => `before the death ${held.missing(ids)}`,
    );
    await dying();

    const received = new Received();
    await run.subscribe(await run.open(), { source, group }, received.handler);
    await run.until(
      () => received.hasAll(ids),
      () => `of those that a dead consumer had not finished, ${received.missing(ids)}`,
    );
  },
};

/** Subscribes; the result ends the consumer, by SIGKILL where that can be. */
async function deathOf(
  run: RuleRun,
  transport: Transport,
  options: SubscribeOptions,
  handler: DeliveryHandler,
): Promise<() => Promise<void>> {
  const mortal = await run.mortal();
  if (mortal === undefined) {
    const subscription = await run.subscribe(transport, options, handler);
    return () => subscription.close({ graceMs: 0 });
  }
  await mortal.subscribe(options, handler);
  return () => mortal.die();
}
