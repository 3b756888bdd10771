// Begins early: takes 25 s.
import { connect, type ChannelModel, type ConfirmChannel } from 'amqplib';
import { afterAll, beforeAll, describe } from 'vitest';
import { consumerProcess, transportSuite, type RawRecord } from '../../testing/index.js';
import { amqpTransport } from './index.js';

const url = process.env['TEST_AMQP_URL'] ?? '';
const open = () => amqpTransport({ url, clientName: 'amqp-spec' });

/** A client that shares nothing with the transport. */
let stranger: ChannelModel;
let channel: ConfirmChannel;

async function readQueue(queue: string, atLeast: number): Promise<readonly RawRecord[]> {
  const reader = await stranger.createChannel();
  const records: RawRecord[] = [];
  const enough = Promise.withResolvers<void>();
  await reader.assertQueue(queue, {
    durable: true,
    arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 1_000_000 },
  });
  await reader.consume(queue, (message) => {
    if (message === null) return;
    const { headers = {} } = message.properties;
    records.push({ key: null, headers, body: message.content });
    if (records.length >= atLeast) enough.resolve();
  });
  await enough.promise;
  await reader.close();
  return records;
}

describe.skipIf(url === '')('on a real broker', () => {
  beforeAll(async () => {
    stranger = await connect(url, { noDelay: true });
    channel = await stranger.createConfirmChannel();
  });
  afterAll(() => stranger.close());

  transportSuite({
    name: 'amqp',
    features: {
      ordering: true,
      consumerGroups: true,
      persistent: true,
      replay: false,
      delay: true,
      priority: true,
      expiry: true,
    },
    open: async () => open(),
    inject: async (exchange, { headers, body }) => {
      const { 'content-type': contentType, ...rest } = headers;
      channel.publish(exchange, 'test', Buffer.from(body ?? []), {
        contentType: contentType?.toString(),
        headers: rest,
        persistent: true,
      });
      await channel.waitForConfirms();
    },
    mortal: async () => consumerProcess({ name: 'amqp', url }),
    readDeadLetters: (_, group, atLeast) => readQueue(`${group}.dead-letters`, atLeast),
  });
});
