// Begins early: takes 45 s.
import kafkajs from 'kafkajs';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { consumerProcess, transportSuite, type RawRecord } from '../../testing/index.js';
import { deadLetterDestination } from '../../transport.js';
import { kafkaTransport } from './index.js';

const brokers = process.env['TEST_KAFKA_BROKERS']?.split(',') ?? [];
const open = () => kafkaTransport({ brokers, clientId: 'kafka-spec' });

/** A client that shares nothing with the transport. */
const stranger = new kafkajs.Kafka({
  brokers,
  clientId: 'stranger',
  logLevel: kafkajs.logLevel.NOTHING,
});
const producer = stranger.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });

async function readTopic(topic: string, atLeast: number): Promise<readonly RawRecord[]> {
  const records: RawRecord[] = [];
  const consumer = stranger.consumer({ groupId: `reader.${topic}`, maxWaitTimeInMs: 100 });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message: { key, value, headers } }) => {
        records.push({
          key: key?.toString() ?? null,
          headers: headers ?? {},
          body: value ?? Buffer.alloc(0),
        });
      },
    });
    await expect.poll(() => records.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(atLeast);
    return records;
  } finally {
    await consumer.disconnect();
  }
}

describe.skipIf(brokers.length === 0)('on a real broker', () => {
  beforeAll(() => producer.connect());
  afterAll(() => producer.disconnect());

  transportSuite({
    name: 'kafka',
    features: {
      ordering: true,
      consumerGroups: true,
      persistent: true,
      replay: true,
      delay: false,
      priority: false,
      expiry: false,
    },
    open: async () => open(),
    inject: async (topic, { key, headers, body }) => {
      const raw = Object.entries(headers).map(([name, value]) => [name, Buffer.from(value)]);
      const value = body === null ? null : Buffer.from(body);
      await producer.send({ topic, messages: [{ key, headers: Object.fromEntries(raw), value }] });
    },
    mortal: async () => consumerProcess({ name: 'kafka', brokers }),
    readDeadLetters: async (source, group, atLeast) => {
      const topic = deadLetterDestination(source, group);
      const admin = stranger.admin();
      await admin.connect();
      await expect.poll(() => admin.listTopics(), { timeout: 20_000 }).toContain(topic);
      await admin.disconnect();
      return readTopic(topic, atLeast);
    },
  });
});
