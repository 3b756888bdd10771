import { randomUUID } from 'node:crypto';
import type { AmqpClassicQueue, AmqpQuorumQueue } from '@mesh/contracts/topology';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { messageOf } from '../../testing/samples.js';
import type { Message } from '../../publisher.js';
import type { Transport } from '../../transport.js';
import { amqpTransport, deadLetterFields } from './index.js';
import { Stranger } from './testing/stranger.js';

type Settings = Omit<AmqpQuorumQueue, 'name'> | Omit<AmqpClassicQueue, 'name'>;

const url = process.env['TEST_AMQP_URL'] ?? '';

describe.skipIf(url === '')('limits of an AMQP queue', () => {
  let stranger: Stranger;
  let transport: Transport;
  let source: string;
  let group: string;

  /** Opens a transport whose group has that queue, bound to the source before anything is published. */
  async function open(queue: Settings): Promise<void> {
    const topology = {
      exchanges: [{ name: source, type: 'topic' as const }],
      queues: [{ ...queue, name: group }],
      bindings: [{ exchange: source, queue: group, routingKey: '#' }],
    };
    transport = amqpTransport({ url, clientName: 'limits-spec', topology });
    await transport.declare([source]);
  }

  async function publish(options: Partial<Message> = {}): Promise<string> {
    const message = { ...messageOf(source, null), ...options };
    await (await transport.publisher()).publish([message]);
    return message.event.id;
  }

  async function deadLetters(count: number) {
    const taken = await stranger.take(`${group}.dead-letters`, count);
    return taken.map(({ properties: { headers = {} } }) => ({
      id: headers['cloudEvents_id'] as unknown,
      ...deadLetterFields(headers),
    }));
  }

  const record = (id: string, reason: string, attempts: string, error: string) => ({
    id,
    'mesh-dead-letter-reason': reason,
    'mesh-dead-letter-error': expect.stringContaining(error),
    'mesh-dead-letter-source': source,
    'mesh-dead-letter-group': group,
    'mesh-dead-letter-attempts': attempts,
    'mesh-dead-letter-failed-at': expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  });

  beforeAll(async () => {
    stranger = await Stranger.arrive(url);
  });
  afterAll(() => stranger.leave());
  beforeEach(() => {
    source = `mesh.test.${randomUUID()}`;
    group = `test.${randomUUID()}`;
  });
  afterEach(() => transport.close());

  it('given a message that expires and one that does not, when nobody takes them, then the first is a dead letter for that', async () => {
    await open({ type: 'quorum' });
    const short = await publish({ expiresAfterMs: 50 });
    const kept = await publish();
    expect(await deadLetters(1)).toEqual([record(short, 'expired', '0', 'EXPIRED')]);
    const [left] = await stranger.take(group, 1);
    expect(left?.properties.headers?.['cloudEvents_id']).toBe(kept);
  });

  it.each(['quorum', 'classic'] as const)(
    'given a %s queue whose messages expire, then they are dead letters for that, in order',
    async (type) => {
      await open({ type, messageTtlMs: 100 });
      const ids = [await publish(), await publish()];
      expect(await deadLetters(2)).toEqual(ids.map((id) => record(id, 'expired', '0', 'EXPIRED')));
    },
  );

  it.each([{ maxLength: 3 }, { maxLengthBytes: 30 }])(
    'given a queue at its limit %j, then publishing is refused as QUEUE_FULL until there is room',
    async (limit) => {
      await open({ type: 'quorum', ...limit });
      let taken = 0;
      const fill = async () => {
        for (; taken < 50; taken += 1) await publish();
      };
      const error: unknown = await fill().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        name: 'PublishError',
        code: 'QUEUE_FULL',
        retryable: true,
        unconfirmed: [0],
        message:
          'The AMQP broker took it into no queue or not into all: one is at its limit (or its node failed) (1 of 1 messages are not confirmed)',
      });
      expect(taken).toBeGreaterThanOrEqual(3);
      await stranger.take(group, taken);
      await expect
        .poll(() =>
          publish().then(
            () => true,
            () => false,
          ),
        )
        .toBe(true);
    },
  );

  it('given a queue that drops its head at its limit, then the oldest is a dead letter for that', async () => {
    await open({ type: 'quorum', maxLength: 2, overflow: 'drop-head' });
    const [first] = [await publish(), await publish(), await publish()];
    expect(await deadLetters(1)).toEqual([record(first, 'overflow', '0', 'OVERFLOW')]);
  });

  it('given a queue with priorities, then the higher ones of those that wait are handed over first', async () => {
    await open({ type: 'classic', maxPriority: 5 });
    const ids = [
      await publish({ priority: 1 }),
      await publish(),
      await publish({ priority: 5 }),
      await publish({ priority: 1 }),
    ];
    const order: string[] = [];
    await transport.subscribe({ source, group }, async (delivery) => {
      order.push(delivery.event().id);
    });
    await expect.poll(() => order.length).toBe(4);
    expect(order).toEqual([ids[2], ids[0], ids[3], ids[1]]);
  });

  it('given poison that its consumers die of, then it is a dead letter after the delivery limit', async () => {
    await open({ type: 'quorum', deliveryLimit: 2 });
    const poison = await publish();
    for (let death = 0; death < 3; death += 1) {
      const consumer = await Stranger.arrive(url);
      await consumer.holds(group);
      await consumer.leave();
    }
    expect(await deadLetters(1)).toEqual([record(poison, 'max-attempts', '1', 'DELIVERY_LIMIT')]);
  });

  it('given what the broker counted, then the next consumer knows which attempt it is', async () => {
    await open({ type: 'quorum' });
    await publish();
    const consumer = await Stranger.arrive(url);
    await consumer.holds(group);
    await consumer.leave();
    const attempts: number[] = [];
    await transport.subscribe({ source, group }, async ({ attempt }) => {
      attempts.push(attempt);
    });
    await expect.poll(() => attempts).toEqual([2]);
  });
});
