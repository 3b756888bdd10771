import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RetryLaterError } from '../../dispatch/retry-later-error.js';
import { RejectedError } from '../../errors.js';
import { messageOf } from '../../testing/samples.js';
import type { Transport } from '../../transport.js';
import { amqpTransport } from './index.js';
import { Stranger } from './testing/stranger.js';

const url = process.env['TEST_AMQP_URL'] ?? '';
const open = () => amqpTransport({ url, clientName: 'delay-spec' });

describe.skipIf(url === '')('what waits in the AMQP broker', () => {
  let stranger: Stranger;
  let transport: Transport;
  let source: string;
  let group: string;

  beforeAll(async () => {
    stranger = await Stranger.arrive(url);
  });
  afterAll(() => stranger.leave());
  beforeEach(async () => {
    transport = open();
    source = `mesh.test.${randomUUID()}`;
    group = `test.${randomUUID()}`;
    await transport.declare([source]);
  });
  afterEach(() => transport.close());

  it('given delays of different length, then each arrives after its own, by its routing key, and none waits behind a longer one', async () => {
    const arrived: string[] = [];
    const waited = new Map<string, number>();
    const filter = ['wanted.#'];
    const subscription = await transport.subscribe({ source, group, filter }, async (delivery) => {
      const { id, time = '' } = delivery.event();
      waited.set(id, Date.now() - Date.parse(time));
      arrived.push(id);
      expect(delivery.routingKey).toBe('wanted.one');
    });
    await subscription.ready;
    const publisher = await transport.publisher();
    const first = messageOf(source, 'warm-up');
    // The first one makes the ladder.
    await publisher.publish([{ ...first, routingKey: 'wanted.one', delayMs: 1 }]);
    const delays = [3000, 1, 1600, 250];
    const ids = await Promise.all(
      delays.map(async (delayMs) => {
        const message = messageOf(source, 'one key');
        await publisher.publish([{ ...message, routingKey: 'wanted.one', delayMs }]);
        return message.event.id;
      }),
    );
    await publisher.publish([{ ...messageOf(source, null), routingKey: 'other', delayMs: 1 }]);
    await expect.poll(() => arrived.length, { timeout: 20_000 }).toBe(5);
    for (const [index, id] of ids.entries())
      expect(waited.get(id)).toBeGreaterThanOrEqual(delays[index] ?? 0);
    expect(arrived.indexOf(ids[1] ?? '')).toBeLessThan(arrived.indexOf(ids[2] ?? ''));
    expect(arrived.indexOf(ids[2] ?? '')).toBeLessThan(arrived.indexOf(ids[0] ?? ''));
  });

  it('given a delay, an expiry or a priority that can not be kept, then nothing is sent', async () => {
    const publisher = await transport.publisher();
    const message = messageOf(source, null);
    const text = async (options: object) =>
      ((await publisher.publish([message, { ...message, ...options }]).catch((e) => e)) as Error)
        .message;
    expect(await text({ delayMs: 86_400_001 })).toBe(
      'Message 1: its delayMs is 86400001; it can be 0 to 86400000',
    );
    expect(await text({ priority: 1.5 })).toContain('its priority is 1.5');
    expect(await text({ expiresAfterMs: -1 })).toContain('its expiresAfterMs is -1');
    expect(await text({ delayMs: 1, expiresAfterMs: 1 })).toContain('both delayMs and expires');
  });

  it('given a failed delivery waits in the broker, then it holds up neither its key nor a window of one, and comes again with its attempt and its order key', async () => {
    const handled: string[] = [];
    const options = { source, group, window: { count: 1 } };
    const redelivery = { via: 'broker', minMs: 300, maxMs: 300 } as const;
    const subscription = await transport.subscribe(
      { ...options, redelivery },
      async ({ attempt, key, routingKey }) => {
        handled.push(`${key} ${routingKey} ${attempt}`);
        if (key === 'bad' && attempt < 4) throw new Error('not yet');
      },
    );
    await subscription.ready;
    const publisher = await transport.publisher();
    const one = (key: string) => ({ ...messageOf(source, key), routingKey: 'r' });
    await publisher.publish([one('bad')]);
    await publisher.publish([one('good')]);
    await expect.poll(() => handled.length, { timeout: 20_000 }).toBe(5);
    expect(handled).toEqual(['bad r 1', 'good r 1', 'bad r 2', 'bad r 3', 'bad r 4']);
    await subscription.close();
    const left = await stranger.does((channel) => channel.checkQueue(group));
    expect(left.messageCount).toBe(0);
  });

  it('given the consumer is restarted meanwhile, then pause and attempts are remembered, and it becomes a dead letter with all of them', async () => {
    const redelivery = { via: 'broker' } as const;
    const failed = Promise.withResolvers<number>();
    const subscription = await transport.subscribe({ source, group, redelivery }, async () => {
      failed.resolve(Date.now());
      throw new RetryLaterError(new Error('down'), { retryInMs: 1200 });
    });
    await subscription.ready;
    const message = messageOf(source, 'key');
    await (await transport.publisher()).publish([message]);
    const failedAt = await failed.promise;
    await transport.close();
    transport = open();
    const again = Promise.withResolvers<number>();
    await transport.subscribe({ source, group, redelivery }, async ({ attempt }) => {
      again.resolve(Date.now());
      throw new RejectedError('max-attempts', `Failed ${attempt} times`);
    });
    expect((await again.promise) - failedAt).toBeGreaterThanOrEqual(1200);
    const [dead] = await stranger.take(`${group}.dead-letters`, 1);
    expect(dead?.properties.headers).toMatchObject({
      cloudEvents_id: message.event.id,
      'mesh-dead-letter-reason': 'max-attempts',
      'mesh-dead-letter-source': source,
      'mesh-dead-letter-attempts': '2',
      'mesh-dead-letter-error': 'DELIVERY_REJECTED: Failed 2 times',
    });
  });

  it('given a pause that is no attempt, then it stays in memory and in order', async () => {
    const handled: string[] = [];
    const redelivery = { via: 'broker' } as const;
    const subscription = await transport.subscribe({ source, group, redelivery }, async (one) => {
      const { id } = one.event();
      const first = !handled.includes(id);
      handled.push(id);
      const away = { retryInMs: 50, counts: false };
      if (first && handled.length === 1) throw new RetryLaterError(new Error('away'), away);
    });
    await subscription.ready;
    const messages = [messageOf(source, 'key'), messageOf(source, 'key')];
    await (await transport.publisher()).publish(messages);
    await expect.poll(() => handled.length).toBe(3);
    const [a, b] = messages.map(({ event }) => event.id);
    expect(handled).toEqual([a, a, b]);
  });
});
