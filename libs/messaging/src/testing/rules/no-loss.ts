import { Received } from '../received.js';
import type { Rule } from '../rule.js';
import { idsOf, messagesOf } from '../samples.js';

const EVENTS = { light: 5000, heavy: 20_000, parallel: 500 };
const GROUPS = { light: 10, heavy: 10, parallel: 2 };
const MEMBERS = { light: 5, heavy: 5, parallel: 2 };
const TOPICS = { light: 20, heavy: 20, parallel: 4 };

export const manySubscriptionsLoseNothing: Rule = {
  number: 2,
  title: 'thousands of events, 50 concurrent subscriptions in 10 groups: nothing is lost',
  needs: 'consumerGroups',
  deadlineMs: 120_000,
  async check(run) {
    const transport = await run.open();
    const source = await run.destination(transport);
    const groups = Array.from({ length: run.count(GROUPS) }, () => ({
      group: run.group(),
      received: new Received(),
    }));
    await Promise.all(
      groups.flatMap(({ group, received }) =>
        Array.from({ length: run.count(MEMBERS) }, () =>
          run.subscribe(transport, { source, group }, received.handler),
        ),
      ),
    );
    const messages = messagesOf(source, run.count(EVENTS), 100);
    const publisher = await transport.publisher();
    for (let at = 0; at < messages.length; at += 500)
      await publisher.publish(messages.slice(at, at + 500));

    const ids = idsOf(messages);
    for (const { received } of groups) {
      await run.until(
        () => received.hasAll(ids),
        () => received.missing(ids),
      );
    }
  },
};

export const topicsDoNotLeak: Rule = {
  number: 3,
  title: `${TOPICS.light} topics with a hundred events each, or more: nothing leaks from one to another`,
  deadlineMs: 60_000,
  async check(run) {
    const transport = await run.open();
    const publisher = await transport.publisher();
    const topics = await Promise.all(
      Array.from({ length: run.count(TOPICS) }, async () => {
        const source = await run.destination(transport);
        const messages = messagesOf(source, run.count({ light: 100, heavy: 500, parallel: 20 }));
        const received = new Received();
        await run.subscribe(transport, { source, group: run.group() }, received.handler);
        return { received, messages };
      }),
    );
    await Promise.all(topics.map(({ messages }) => publisher.publish(messages)));
    for (const { received, messages } of topics) {
      const ids = idsOf(messages);
      await run.until(
        () => received.hasAll(ids),
        () => received.missing(ids),
      );
    }
    for (const { received, messages } of topics) {
      const own = new Set(idsOf(messages));
      const foreign = received.ids().filter((id) => !own.has(id));
      run.require(
        foreign.length === 0,
        `${foreign.length} events of other topics arrived, such as ${foreign[0]}`,
      );
    }
  },
};
