// Mends the timer in the past that kafkajs sets whenever it has nothing to send.
import '@mesh/messaging/kafka';
import { eventually } from '@mesh/tools/testing/eventually';
import { Kafka, logLevel, type KafkaMessage } from 'kafkajs';

/** Where the brokers of the mesh under test are. */
export interface Brokers {
  readonly kafka: string;
  readonly amqp: string;
}

export const kafkaClient = ({ kafka }: Brokers): Kafka =>
  new Kafka({ clientId: 'stranger', brokers: kafka.split(','), logLevel: logLevel.NOTHING });

/** Reads a topic, once it is there, from its start into `messages` until closed. */
export async function readTopic(
  brokers: Brokers,
  topic: string,
): Promise<{ messages: KafkaMessage[]; close(): Promise<void> }> {
  const admin = kafkaClient(brokers).admin();
  await admin.connect();
  await eventually(`the topic ${topic}`, async () => (await admin.listTopics()).includes(topic));
  await admin.disconnect();
  const consumer = kafkaClient(brokers).consumer({ groupId: `stranger-${crypto.randomUUID()}` });
  const messages: KafkaMessage[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: ({ message }) => Promise.resolve(void messages.push(message)),
  });
  return { messages, close: () => consumer.disconnect() };
}
