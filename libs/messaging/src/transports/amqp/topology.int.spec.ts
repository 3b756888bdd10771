import { randomUUID } from 'node:crypto';
import type { AmqpTopology } from '@mesh/contracts/topology';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Received } from '../../testing/received.js';
import { messageOf, TYPE } from '../../testing/samples.js';
import type { Transport } from '../../transport.js';
import { amqpTransport, applyTopology, diffTopology } from './index.js';
import { Stranger } from './testing/stranger.js';

const url = process.env['TEST_AMQP_URL'] ?? '';

describe.skipIf(url === '')('an AMQP topology', () => {
  let stranger: Stranger;
  let transport: Transport | undefined;
  let prefix: string;
  const name = (part: string) => `${prefix}.${part}`;
  const options = (topology: Partial<AmqpTopology>) => ({
    ...{ url, clientName: 'topology-spec' },
    topology: { exchanges: [], queues: [], bindings: [], ...topology },
  });
  const open = (topology: Partial<AmqpTopology>) => (transport = amqpTransport(options(topology)));

  beforeAll(async () => {
    stranger = await Stranger.arrive(url);
  });
  afterAll(() => stranger.leave());
  beforeEach(() => {
    prefix = `mesh.test.${randomUUID()}`;
  });
  afterEach(() => transport?.close());

  it('routes by topic, direct, fanout and headers exchanges as described, and to the alternate exchange what nothing matches', async () => {
    const urgent = { 'x-match': 'all', cloudEvents_type: TYPE, cloudEvents_urgent: true };
    const queue = (part: string) => ({ name: name(part), type: 'quorum' }) as const;
    const topology: AmqpTopology = {
      exchanges: [
        { name: name('topic'), type: 'topic', alternateExchange: name('rest') },
        { name: name('direct'), type: 'direct' },
        { name: name('headers'), type: 'headers' },
        { name: name('rest'), type: 'fanout' },
      ],
      queues: ['mail', 'exact', 'urgent', 'rest'].map(queue),
      bindings: [
        { exchange: name('topic'), queue: name('mail'), routingKey: 'mail.#' },
        { exchange: name('direct'), queue: name('exact'), routingKey: 'exact' },
        { exchange: name('headers'), queue: name('urgent'), arguments: urgent },
        { exchange: name('rest'), queue: name('rest') },
      ],
    };
    const { declare, ...t } = { declare: open(topology), transport: transport! };
    await declare.declare([name('topic'), name('direct'), name('headers')]);

    const publisher = await t.transport.publisher();
    const sent = await Promise.all(
      (
        [
          ['topic', 'mail.confirmed', {}],
          ['topic', 'browser.alice', {}],
          ['direct', 'exact', {}],
          ['direct', 'exact.not', {}],
          ['headers', 'any', { urgent: true }],
          ['headers', 'any', {}],
        ] as const
      ).map(async ([exchange, routingKey, extensions]) => {
        const message = messageOf(name(exchange), null);
        const event = {
          ...message.event,
          extensions: { ...message.event.extensions, ...extensions },
        };
        await publisher.publish([{ ...message, routingKey, event }]);
        return event.id;
      }),
    );
    const received = async (part: string) => {
      const [message] = await stranger.take(name(part), 1);
      const left = await stranger.does((channel) => channel.checkQueue(name(part)));
      return [message?.properties.headers?.['cloudEvents_id'], left.messageCount];
    };
    expect(await received('mail')).toEqual([sent[0], 0]);
    expect(await received('rest')).toEqual([sent[1], 0]);
    expect(await received('exact')).toEqual([sent[2], 0]);
    expect(await received('urgent')).toEqual([sent[4], 0]);
  });

  it('given a described queue, then the group of its name reads it by its described bindings', async () => {
    const { subscribe, ...rest } = { subscribe: name('group') };
    open({
      ...rest,
      exchanges: [{ name: name('direct'), type: 'direct' }],
      queues: [{ name: subscribe, type: 'quorum', messageTtlMs: 60_000 }],
      bindings: [{ exchange: name('direct'), queue: subscribe, routingKey: 'wanted' }],
    });
    const received = new Received();
    const group = { source: name('direct'), group: subscribe };
    await (
      await transport!.subscribe(group, received.handler)
    ).ready;
    const [wanted, other] = [messageOf(name('direct'), null), messageOf(name('direct'), null)];
    const publisher = await transport!.publisher();
    await publisher.publish([{ ...other, routingKey: 'other' }]);
    await publisher.publish([{ ...wanted, routingKey: 'wanted' }]);
    await expect.poll(() => received.ids()).toEqual([wanted.event.id]);
  });

  it('given a queue exists otherwise, when a group subscribes, then the error names every difference', async () => {
    const group = name('group');
    await stranger.does((channel) =>
      channel.assertQueue(group, {
        arguments: { 'x-queue-type': 'quorum', 'x-message-ttl': 1000, 'x-max-length': 5 },
      }),
    );
    const queue = { name: group, type: 'quorum', deliveryLimit: 7, messageTtlMs: 2000 } as const;
    const source = name('source');
    const subscription = await open({ queues: [queue] }).subscribe(
      { source, group },
      async () => {},
    );
    const error: unknown = await subscription.ready.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: 'TopologyError',
      code: 'TOPOLOGY_MISMATCH',
      retryable: false,
    });
    const { differences, message } = error as {
      differences: { setting: string }[];
      message: string;
    };
    const found = differences.map(({ setting }) => setting).sort();
    expect(found).toEqual([
      'x-dead-letter-exchange',
      'x-dead-letter-routing-key',
      'x-dead-letter-strategy',
      'x-delivery-limit',
      'x-max-length',
      'x-message-ttl',
      'x-overflow',
    ]);
    expect(message).toContain(`queue "${group}" has 1000 as x-message-ttl instead of 2000`);
    expect(message).toContain(`queue "${group}" has 5 as x-max-length instead of none`);
    expect(message).toContain('has none as x-dead-letter-exchange instead of ""');
    expect(message).toContain(
      `. A queue can not be changed: once "${group}" is empty and nothing is published to it, delete it (rabbitmqctl delete_queue ${group}), then start again`,
    );
    expect(message).not.toContain('topology diff');
  });

  it('given an exchange of another type, then declaring and publishing fail by that, and other exchanges go on', async () => {
    const exchange = name('exchange');
    await stranger.does((channel) => channel.assertExchange(exchange, 'fanout'));
    open({});
    const mismatch = `The AMQP broker differs from the code: exchange "${exchange}" has fanout as type instead of topic. See npm run mesh -- topology diff`;
    await expect(transport!.declare([exchange])).rejects.toMatchObject({ message: mismatch });
    const publisher = await transport!.publisher();
    const [refused] = await Promise.allSettled([
      publisher.publish([messageOf(exchange, null)]),
      publisher.publish([messageOf(name('other'), null)]),
    ]);
    expect(refused).toMatchObject({
      reason: { code: 'TOPOLOGY_MISMATCH', retryable: true, unconfirmed: [0] },
    });
    await publisher.publish([messageOf(name('other'), null)]);
  });

  it('given nothing of it exists, then diff says so and makes nothing, and apply makes it all', async () => {
    const described = options({
      exchanges: [{ name: name('e'), type: 'headers' }],
      queues: [{ name: name('q'), type: 'classic', maxPriority: 5 }],
      bindings: [{ exchange: name('e'), queue: name('q'), arguments: { a: 1 } }],
    });
    const differences = await diffTopology(described);
    expect(differences.map(({ resource, name, change }) => [resource, name, change])).toEqual([
      ['exchange', name('e'), 'safe'],
      ['queue', name('q.dead-letters'), 'safe'],
      ['queue', name('q'), 'safe'],
      ['binding', `${name('e')} → ${name('q')}`, 'safe'],
    ]);
    expect(await stranger.hasQueue(name('q'))).toBe(false);
    expect(await applyTopology(described)).toEqual({ applied: differences, left: [] });
    expect(await diffTopology(described)).toEqual([]);
    expect(await applyTopology(described)).toEqual({ applied: [], left: [] });
  });

  it('given something exists otherwise, when applied, then that is left with what can be done, its messages stay, and the rest is made', async () => {
    await stranger.does(async (channel) => {
      await channel.assertQueue(name('q'), { arguments: { 'x-message-ttl': 600_000 } });
      await channel.sendToQueue(name('q'), Buffer.from('kept'));
      await channel.checkQueue(name('q'));
    });
    const described = options({
      exchanges: [{ name: name('e'), type: 'topic' }],
      queues: [{ name: name('q'), type: 'classic', deadLetter: 'drop', messageTtlMs: 1000 }],
      bindings: [{ exchange: name('e'), queue: name('q'), routingKey: '#' }],
    });
    const { applied, left } = await applyTopology(described);
    expect(applied.map(({ name }) => name)).toEqual([name('e'), `${name('e')} → ${name('q')}`]);
    expect(left).toEqual([
      {
        ...{ resource: 'queue', name: name('q'), setting: 'x-message-ttl' },
        ...{ wanted: '1000', found: '600000', change: 'unsafe' },
        why: expect.stringContaining('set_policy'),
      },
    ]);
    await stranger.does((channel) => {
      channel.publish(name('e'), 'any', Buffer.from('through the new binding'));
      return channel.checkQueue(name('q'));
    });
    const bodies = (await stranger.take(name('q'), 2)).map(({ content }) => content.toString());
    expect(bodies).toEqual(['kept', 'through the new binding']);
  });
});
