import { createEvent, MAX_DATA_BYTES } from '@mesh/envelope';
import { PublishError } from '../../errors.js';
import { Received } from '../received.js';
import type { Rule } from '../rule.js';
import { idsOf, messageOf, messagesOf, TYPE } from '../samples.js';

const EVENTS = 50;

export const everyReplicaGetsEverything: Rule = {
  number: null,
  title: 'an ephemeral group belongs to its process: every replica gets everything, from then on',
  async check(run) {
    const transport = await run.open();
    const source = await run.destination(transport);
    const publisher = await transport.publisher();
    const before = messagesOf(source, EVENTS);
    await publisher.publish(before);

    const group = run.group();
    const replicas = [new Received(), new Received()];
    for (const { handler } of replicas) {
      await run.subscribe(await run.open(), { source, group, ephemeral: true }, handler);
    }
    const after = messagesOf(source, EVENTS);
    await publisher.publish(after);
    const ids = idsOf(after);
    for (const replica of replicas) {
      await run.until(
        () => replica.hasAll(ids),
        () => `at a replica ${replica.missing(ids)}`,
      );
      const old = idsOf(before).filter((id) => replica.has(id));
      run.require(old.length === 0, `a replica got ${old.length} events from before its time`);
    }
  },
};

export const filterSelects: Rule = {
  number: null,
  title: 'a filter selects by routing key, which is the event type unless told otherwise',
  async check(run) {
    const transport = await run.open();
    const source = await run.destination(transport);
    const received = new Received();
    const filter = ['email.#', '*.urgent', TYPE];
    await run.subscribe(transport, { source, group: run.group(), filter }, received.handler);

    const keys = [
      'email.job',
      'browser.job',
      'browser.urgent',
      'browser.urgent.now',
      'email',
      undefined,
    ];
    const messages = keys.map((routingKey) => ({ ...messageOf(source, 'key'), routingKey }));
    await (await transport.publisher()).publish(messages);
    const wanted = idsOf(messages.filter((_, index) => [0, 2, 4, 5].includes(index)));
    await run.until(
      () => received.hasAll(wanted),
      () => `of what the filter selects ${received.missing(wanted)}`,
    );
    run.require(
      received.size === wanted.length,
      'an event arrived that the filter does not select',
    );
  },
};

export const tooLargeIsRefused: Rule = {
  number: null,
  title: 'an event that is too large is refused before any of its call is sent',
  async check(run) {
    const transport = await run.open();
    const source = await run.destination(transport);
    const received = new Received();
    await run.subscribe(transport, { source, group: run.group() }, received.handler);
    const publisher = await transport.publisher();

    const small = messageOf(source, 'key');
    const event = createEvent({ source: '/test', type: TYPE, data: Buffer.alloc(MAX_DATA_BYTES) });
    const large = { ...small, event: { ...event, data: Buffer.alloc(MAX_DATA_BYTES + 1) } };
    const error = await publisher.publish([small, large]).catch((thrown: unknown) => thrown);
    const refused =
      error instanceof PublishError && error.code === 'MESSAGE_TOO_LARGE' && !error.retryable;
    run.require(refused, `publishing it gives ${String(error)}`);

    const next = messageOf(source, 'key');
    await publisher.publish([next]);
    await run.until(
      () => received.has(next.event.id),
      () => 'the event after it did not arrive',
    );
    run.require(!received.has(small.event.id), 'another event of its call was sent');
  },
};
