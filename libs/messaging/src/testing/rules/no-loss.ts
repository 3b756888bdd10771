import { Received } from '../received.js';
import type { Rule } from '../rule.js';
import { idsOf, messagesOf } from '../samples.js';

const EVENTS = 5000;
const GROUPS = 10;
const MEMBERS = 5;
const TOPICS = 20;
const EVENTS_A_TOPIC = 100;

export const manySubscriptionsLoseNothing: Rule = {
  number: 2,
  title: `${EVENTS} events, ${GROUPS * MEMBERS} concurrent subscriptions in ${GROUPS} groups: nothing is lost`,
  needs: 'consumerGroups',
  deadlineMs: 120_000,
  async check(run) {
    const transport = await run.open();
    const source = await run.destination(transport);
    const groups = Array.from({ length: GROUPS }, () => ({
      group: run.group(),
      received: new Received(),
    }));
    await Promise.all(
      groups.flatMap(({ group, received }) =>
        Array.from({ length: MEMBERS }, () =>
          run.subscribe(transport, { source, group }, received.handler),
        ),
      ),
    );
    const messages = messagesOf(source, EVENTS, 100);
    const publisher = await transport.publisher();
    for (let at = 0; at < EVENTS; at += 500) await publisher.publish(messages.slice(at, at + 500));

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
  title: `${TOPICS} topics with ${EVENTS_A_TOPIC} events each: nothing leaks from one to another`,
  deadlineMs: 60_000,
  async check(run) {
    const transport = await run.open();
    const publisher = await transport.publisher();
    const topics = await Promise.all(
      Array.from({ length: TOPICS }, async () => {
        const source = await run.destination(transport);
        const received = new Received();
        await run.subscribe(transport, { source, group: run.group() }, received.handler);
        return { received, messages: messagesOf(source, EVENTS_A_TOPIC) };
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
