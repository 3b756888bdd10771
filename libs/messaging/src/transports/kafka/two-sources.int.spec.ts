import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { messageOf } from '../../testing/samples.js';
import { kafkaTransport } from './index.js';

const brokers = process.env['TEST_KAFKA_BROKERS']?.split(',') ?? [];

it.skipIf(brokers.length === 0)(
  'given one group on two topics, when events come to both, then each subscription gets all of its own',
  async () => {
    const transport = kafkaTransport({ brokers, clientId: 'two-sources-spec' });
    const group = `test.${randomUUID()}`;
    const sources = [`mesh.test.${randomUUID()}`, `mesh.test.${randomUUID()}`];
    await transport.declare(sources);
    const got = new Map(sources.map((source) => [source, new Set<string>()]));
    for (const source of sources) {
      const subscription = await transport.subscribe({ source, group }, async (delivery) => {
        got.get(delivery.source)?.add(delivery.event().id);
      });
      await subscription.ready;
    }
    const publisher = await transport.publisher();
    const messages = sources.flatMap((source) =>
      Array.from({ length: 60 }, (_, n) => messageOf(source, `key-${n}`, String(n))),
    );
    await publisher.publish(messages);
    const counts = () => sources.map((source) => got.get(source)?.size);
    await expect.poll(counts, { timeout: 20_000 }).toEqual([60, 60]);
    await transport.close();
  },
);
