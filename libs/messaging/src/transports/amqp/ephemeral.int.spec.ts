import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { Received } from '../../testing/received.js';
import { idsOf, messageOf, messagesOf } from '../../testing/samples.js';
import { amqpTransport } from './index.js';
import { Stranger } from './testing/stranger.js';

const url = process.env['TEST_AMQP_URL'] ?? '';

it.skipIf(url === '')(
  'given two replicas of an ephemeral group, then each gets everything, and no queue stays when they are gone',
  async () => {
    const source = `mesh.test.${randomUUID()}`;
    const unrouted = `${source}.unrouted`;
    // Gets what no queue is bound for.
    const topology = {
      exchanges: [
        { name: source, type: 'topic' as const, alternateExchange: unrouted },
        { name: unrouted, type: 'fanout' as const },
      ],
      queues: [{ name: unrouted, type: 'quorum' as const }],
      bindings: [{ exchange: unrouted, queue: unrouted }],
    };
    const open = () => amqpTransport({ url, clientName: 'ephemeral-spec', topology });
    const [one, other, sender] = [open(), open(), open()];
    await sender.declare([source]);
    const received = [new Received(), new Received()] as const;
    const options = { source, group: `test.${randomUUID()}`, ephemeral: true };
    for (const [index, replica] of [one, other].entries()) {
      const subscription = await replica.subscribe(options, received[index]!.handler);
      await subscription.ready;
    }
    const publisher = await sender.publisher();
    const messages = messagesOf(source, 50);
    await publisher.publish(messages);
    for (const each of received) await expect.poll(() => each.hasAll(idsOf(messages))).toBe(true);

    await one.close();
    const second = messageOf(source, null);
    await publisher.publish([second]);
    await expect.poll(() => received[1].has(second.event.id)).toBe(true);
    await other.close();
    const third = messageOf(source, null);
    await publisher.publish([third]);
    const stranger = await Stranger.arrive(url);
    const [taken] = await stranger.take(unrouted, 1);
    expect(taken?.properties.headers?.['cloudEvents_id']).toBe(third.event.id);
    await stranger.leave();
    await sender.close();
  },
);
