import { toKafka } from '@mesh/envelope';
import type { Message, Publisher } from '@mesh/messaging';
import { ProduceAcks, Producer } from '@platformatic/kafka';
import { inBatches } from './contender.js';

/** Publishes with @platformatic/kafka what `rawKafka` publishes with kafkajs, in the same batches. */
export function rawPlatformatic(brokers: string) {
  const producer = new Producer<Buffer, Buffer, string, string>({
    clientId: 'bench-platformatic',
    bootstrapBrokers: [brokers],
    idempotent: true,
    autocreateTopics: false,
    serializers: { headerKey: bytes, headerValue: bytes },
  });
  const send = async (messages: ReturnType<typeof messageOf>[]) => {
    await producer.send({ messages, acks: ProduceAcks.ALL });
  };
  return {
    name: 'raw @platformatic/kafka',
    prepare(messages: readonly Message[]) {
      const batches = inBatches(messages).map((batch) => batch.map(messageOf));
      return async () => {
        for (const batch of batches) await send(batch);
      };
    },
    /** What a transport with this client would do at least. */
    publisher: {
      publish: (messages) => send(messages.map(messageOf)),
      close: async () => {},
    } satisfies Publisher,
    close: () => producer.close(),
  };
}

function messageOf({ destination, key, event }: Message) {
  const { headers, value } = toKafka(event);
  const traceparent = String(event.extensions['traceparent']);
  return {
    topic: destination,
    ...(key !== null && { key: Buffer.from(key) }),
    ...(value && { value: Buffer.from(value) }),
    headers: { ...headers, traceparent },
  };
}

function bytes(text: string | undefined): Buffer | undefined {
  return text === undefined ? undefined : Buffer.from(text);
}
