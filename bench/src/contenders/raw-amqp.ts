import { toAmqp } from '@mesh/envelope';
import type { Message } from '@mesh/messaging';
import { connect, type ConfirmChannel, type Options } from 'amqplib';
import type { Contender } from './contender.js';

const IN_FLIGHT = 200;
const PREFETCH = 256;

interface Prepared {
  readonly exchange: string;
  readonly routingKey: string;
  readonly content: Buffer;
  readonly options: Options.Publish;
}

/** amqplib with a confirm channel and 200 messages in flight; one ack for what came in one turn. */
export async function rawAmqp(url: string): Promise<Contender> {
  const connection = await connect(url, { noDelay: true });
  const publishing = await connection.createConfirmChannel();
  return {
    name: 'raw amqplib',
    /** A new, empty queue, of the kind that our groups have. */
    async declare(exchange, queue) {
      await publishing.assertExchange(exchange, 'topic', { durable: true });
      await publishing.deleteQueue(queue);
      const quorum = { 'x-queue-type': 'quorum', 'x-single-active-consumer': true };
      const unlimited = { 'x-delivery-limit': 1_000_000 };
      const options = { durable: true, arguments: { ...quorum, ...unlimited } };
      await publishing.assertQueue(queue, options);
      await publishing.bindQueue(queue, exchange, '#');
    },
    prepare(messages) {
      const prepared = messages.map(preparedOf);
      return () => publishAll(publishing, prepared);
    },
    async consume(_exchange, queue, onMessages) {
      const channel = await connection.createChannel();
      await channel.prefetch(PREFETCH);
      let unacked = 0;
      await channel.consume(queue, (message) => {
        if (message === null || ++unacked > 1) return;
        setImmediate(() => {
          channel.ackAll();
          onMessages(unacked);
          unacked = 0;
        });
      });
      return { stop: () => channel.close() };
    },
    close: () => connection.close(),
  };
}

function publishAll(channel: ConfirmChannel, messages: readonly Prepared[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let next = 0;
    let confirmed = 0;
    const publish = () => {
      const message = messages[next++];
      if (message === undefined) return;
      const { exchange, routingKey, content, options } = message;
      channel.publish(exchange, routingKey, content, options, (error: unknown) => {
        if (error) return reject(error);
        if (++confirmed === messages.length) resolve();
        else publish();
      });
    };
    for (let n = 0; n < IN_FLIGHT; n++) publish();
  });
}

/** With the header that our transport adds for the hop. */
function preparedOf({ destination, routingKey, event }: Message): Prepared {
  const { headers, properties, content } = toAmqp(event);
  headers['traceparent'] = String(event.extensions['traceparent']);
  const options = { ...properties, headers, persistent: true };
  return { exchange: destination, routingKey: routingKey ?? event.type, content, options };
}
