import type { Delivery } from '../delivery.js';
import type { SubscribeOptions } from '../subscriber.js';
import type { Transport } from '../transport.js';
import { amqpTransport } from '../transports/amqp/index.js';
import { embeddedTransport } from '../transports/embedded/index.js';
import { kafkaTransport } from '../transports/kafka/index.js';
import type { ConsumerAddress, FromProcess, ToProcess } from './consumer-process.js';

/** The lowest that a broker allows: how soon others get what a dead consumer held. */
const KAFKA_SESSION_MS = 6000;

const transport = opened(JSON.parse(process.argv[2] ?? '') as ConsumerAddress);
const handled = new Map<number, PromiseWithResolvers<void>>();
let handles = 0;

process.on('disconnect', () => process.exit());
process.on('message', (message: ToProcess) => {
  if ('subscribe' in message) void subscribe(message.subscribe);
  else settle(message.settle, message.error);
});

function opened(address: ConsumerAddress): Transport {
  switch (address.name) {
    case 'embedded':
      return embeddedTransport({ url: address.url });
    case 'kafka':
      return kafkaTransport({
        brokers: address.brokers,
        clientId: 'mortal',
        sessionTimeoutMs: KAFKA_SESSION_MS,
      });
    case 'amqp':
      return amqpTransport({ url: address.url, clientName: 'mortal' });
  }
}

async function subscribe(options: SubscribeOptions): Promise<void> {
  try {
    const subscription = await transport.subscribe(options, handle);
    await subscription.ready;
    say({ ready: true });
  } catch (error) {
    say({ failed: String(error) });
  }
}

async function handle(delivery: Delivery): Promise<void> {
  const { source, group, key, routingKey, headers, body, position, attempt } = delivery;
  const number = handles++;
  const ended = Promise.withResolvers<void>();
  handled.set(number, ended);
  const plain = { source, group, key, routingKey, headers, body, position, attempt };
  say({ handle: number, delivery: plain, event: delivery.event() });
  await ended.promise;
}

function settle(number: number, error: string | null): void {
  const ended = handled.get(number);
  handled.delete(number);
  if (error === null) ended?.resolve();
  else ended?.reject(new Error(error));
}

function say(message: FromProcess): void {
  process.send?.(message);
}
