import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Death } from '../../delivery.js';
import { messageOf } from '../../testing/samples.js';
import type { Transport } from '../../transport.js';
import { amqpTransport } from './index.js';
import { Stranger } from './testing/stranger.js';

const url = process.env['TEST_AMQP_URL'] ?? '';

describe.skipIf(url === '')('collecting what a broker gave up', () => {
  const source = `mesh.test.${randomUUID()}`;
  const group = `test.${randomUUID()}`;
  let transport: Transport;
  let stranger: Stranger;
  beforeAll(async () => {
    transport = amqpTransport({
      ...{ url, clientName: 'collect-spec' },
      topology: {
        exchanges: [{ name: source, type: 'topic' }],
        queues: [{ name: group, type: 'quorum' }],
        bindings: [{ exchange: source, queue: group, routingKey: '#' }],
      },
    });
    await transport.declare([source]);
    stranger = await Stranger.arrive(url);
  });
  afterAll(async () => {
    await stranger.leave();
    await transport.close();
  });

  it('given a message that expired, then hands it over with the reason, again until it is taken, and then it is gone', async () => {
    const message = { ...messageOf(source, 'key-1'), expiresAfterMs: 20 };
    await (await transport.publisher()).publish([message]);
    const seen: unknown[] = [];
    const subscription = await transport.collectDeadLetters!(
      { source, group },
      async (delivery, death: Death) => {
        seen.push([delivery.event().id, delivery.source, delivery.group, delivery.key, death]);
        if (seen.length === 1) throw new Error('The database is away');
      },
    );
    await expect.poll(() => seen.length, { timeout: 20_000 }).toBe(2);
    await subscription.close();
    const death = {
      ...{ reason: 'expired', attempts: 0 },
      message: 'EXPIRED: it waited longer than its message or its queue allows',
    };
    const expected = [message.event.id, source, group, 'key-1', death];
    expect(seen).toEqual([expected, expected]);
    const left = await stranger.does((channel) => channel.checkQueue(`${group}.dead-letters`));
    expect(left.messageCount).toBe(0);
  });
});
