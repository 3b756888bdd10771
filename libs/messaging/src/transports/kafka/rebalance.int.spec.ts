import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { messageOf } from '../../testing/samples.js';
import type { Transport } from '../../transport.js';
import { kafkaTransport } from './index.js';

const brokers = process.env['TEST_KAFKA_BROKERS']?.split(',') ?? [];
/** The shortest that a broker allows. */
const SESSION_MS = 6000;

describe.skipIf(brokers.length === 0)('Kafka group', () => {
  let transport: Transport;
  let source: string;
  let group: string;

  beforeEach(async () => {
    transport = kafkaTransport({
      brokers,
      clientId: 'rebalance-spec',
      sessionTimeoutMs: SESSION_MS,
    });
    [source, group] = [`mesh.test.${randomUUID()}`, `test.${randomUUID()}`];
    await transport.declare([source]);
  });
  afterEach(() => transport.close());

  it('given consumers join and leave while handlers run, then every event is handled once and in order', async () => {
    const handled = new Map<string, number[]>();
    const subscribe = async () => {
      const subscription = await transport.subscribe({ source, group }, async (delivery) => {
        await pause(Math.random() * 10);
        const numbers = handled.get(String(delivery.key)) ?? [];
        handled.set(String(delivery.key), numbers);
        numbers.push(Number(Buffer.from(delivery.event().data ?? []).toString()));
      });
      await subscription.ready;
      return subscription;
    };
    const count = () => [...handled.values()].reduce((sum, { length }) => sum + length, 0);
    const first = await subscribe();
    const publisher = await transport.publisher();
    const total = 3000;
    const publishing = (async () => {
      for (let number = 0; number < total / 20; number += 1) {
        await publisher.publish(
          Array.from({ length: 20 }, (_, key) => messageOf(source, `key-${key}`, String(number))),
        );
        await pause(10);
      }
    })();
    const second = await subscribe();
    await expect.poll(count, { timeout: 20_000 }).toBeGreaterThan(total / 3);
    const third = await subscribe();
    await first.close();
    await second.close();
    await publishing;
    await expect.poll(count, { timeout: 20_000 }).toBeGreaterThanOrEqual(total);
    await third.close();

    const numbers = Array.from({ length: total / 20 }, (_, number) => number);
    expect(handled.size).toBe(20);
    for (const seen of handled.values()) expect(seen).toEqual(numbers);
  });

  it('given a full window and a handler that outlasts the session, then the consumer stays in its group', async () => {
    const handled: string[] = [];
    const subscription = await transport.subscribe(
      { source, group, window: { count: 1 } },
      async (delivery) => {
        handled.push(delivery.event().id);
        if (handled.length === 1) await pause(SESSION_MS + 1500);
      },
    );
    await subscription.ready;
    const messages = [
      messageOf(source, 'key'),
      messageOf(source, 'key'),
      messageOf(source, 'other'),
    ];
    await (await transport.publisher()).publish(messages);
    await expect.poll(() => handled.length, { timeout: 20_000 }).toBe(3);
    expect(new Set(handled).size).toBe(3);
  });
});
