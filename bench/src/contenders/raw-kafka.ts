import { toKafka } from '@mesh/envelope';
import type { Message } from '@mesh/messaging';
import kafkajs, { type Message as KafkaMessage } from 'kafkajs';
import { inBatches, type Contender } from './contender.js';

const PARTITIONS = 6;

/** kafkajs as its documentation shows it: `sendBatch` with one request in flight, `eachBatch`. */
export async function rawKafka(brokers: string): Promise<Contender> {
  const { NOTHING } = kafkajs.logLevel;
  const client = new kafkajs.Kafka({
    brokers: [brokers],
    clientId: 'bench-raw',
    logLevel: NOTHING,
  });
  const admin = client.admin();
  const producer = client.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  });
  await Promise.all([admin.connect(), producer.connect()]);
  return {
    name: 'raw kafkajs',
    async declare(topic) {
      const made = { topic, numPartitions: PARTITIONS };
      await admin.createTopics({ topics: [made], waitForLeaders: true });
    },
    prepare(messages) {
      const batches = inBatches(messages).map((batch) => ({
        topic: batch[0]?.destination ?? '',
        messages: batch.map(kafkaMessageOf),
      }));
      return async () => {
        for (const batch of batches) await producer.sendBatch({ acks: -1, topicMessages: [batch] });
      };
    },
    async consume(topic, groupId, onMessages) {
      const consumer = client.consumer({ groupId, maxWaitTimeInMs: 500 });
      const joined = new Promise((done) => consumer.on(consumer.events.GROUP_JOIN, done));
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      await consumer.run({ eachBatch: async ({ batch }) => onMessages(batch.messages.length) });
      await joined;
      return { stop: () => consumer.disconnect() };
    },
    async close() {
      await Promise.all([admin.disconnect(), producer.disconnect()]);
    },
  };
}

/** With the header that our transport adds for the hop. */
function kafkaMessageOf({ key, event }: Message): KafkaMessage {
  const { headers, value } = toKafka(event);
  const traceparent = String(event.extensions['traceparent']);
  return { key, value: value && Buffer.from(value), headers: { ...headers, traceparent } };
}
