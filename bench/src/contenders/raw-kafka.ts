import { toKafka } from '@mesh/envelope';
import type { Message } from '@mesh/messaging';
import kafkajs, { type Message as KafkaMessage } from 'kafkajs';
import { inBatches, type Contender } from './contender.js';

const PARTITIONS = 6;
/** As often as our transport. */
const COMMIT_MS = 200;

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
      // Left to itself kafkajs commits after each batch and waits for it.
      const uncommitted = new Map<number, string>();
      const commit = async () => {
        const offsets = [...uncommitted].map(([partition, offset]) => ({
          topic,
          partition,
          offset,
        }));
        uncommitted.clear();
        if (offsets.length > 0) await consumer.commitOffsets(offsets);
      };
      const commits = setInterval(() => void commit(), COMMIT_MS);
      await consumer.run({
        autoCommit: false,
        eachBatch: async ({ batch }) => {
          onMessages(batch.messages.length);
          uncommitted.set(batch.partition, String(Number(batch.lastOffset()) + 1));
        },
      });
      await joined;
      const stop = async () => {
        clearInterval(commits);
        await commit();
        await consumer.disconnect();
      };
      return { stop };
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
