import { Kafka, logLevel, type KafkaMessage } from 'kafkajs';

/** Where the brokers of the mesh under test are. */
export interface Brokers {
  readonly kafka: string;
  readonly amqp: string;
}

export const kafkaClient = ({ kafka }: Brokers): Kafka =>
  new Kafka({ clientId: 'stranger', brokers: kafka.split(','), logLevel: logLevel.NOTHING });

/** Reads a topic from its start into `messages` until closed. */
export async function readTopic(
  brokers: Brokers,
  topic: string,
): Promise<{ messages: KafkaMessage[]; close(): Promise<void> }> {
  const consumer = kafkaClient(brokers).consumer({ groupId: `stranger-${crypto.randomUUID()}` });
  const messages: KafkaMessage[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: ({ message }) => Promise.resolve(void messages.push(message)),
  });
  return { messages, close: () => consumer.disconnect() };
}
