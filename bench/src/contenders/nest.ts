import type { Message } from '@mesh/messaging';
import {
  ClientKafka,
  ClientRMQ,
  ServerKafka,
  ServerRMQ,
  type ClientProxy,
  type Server,
} from '@nestjs/microservices';
import kafkajs from 'kafkajs';
import { firstValueFrom } from 'rxjs';
import type { Contender, OnMessages } from './contender.js';

/** Emits that were not answered yet: Nest sends a message at a time. */
const IN_FLIGHT = 200;

/** Nest's own Kafka transport: a message each send, acked by all replicas; a message each call of the handler. */
export function nestKafka(broker: string): Contender {
  const { NOTHING } = kafkajs.logLevel;
  const client = { brokers: [broker], clientId: 'bench-nest', logLevel: NOTHING };
  return nest('Nest, Kafka', {
    client: () => new ClientKafka({ client, producerOnlyMode: true }),
    server: (_source, groupId) =>
      new ServerKafka({ client, consumer: { groupId }, subscribe: { fromBeginning: true } }),
  });
}

/**
 * Nest's own RMQ transport, as it comes: confirmed, persistent messages; the consumer's messages count
 * as acked when they are sent to it (`noAck`).
 */
export function nestRmq(url: string): Contender {
  const queueOptions = { durable: true, arguments: { 'x-queue-type': 'quorum' } };
  const options = (queue: string) => ({
    urls: [url],
    queue,
    queueOptions,
    persistent: true,
    prefetchCount: 256,
  });
  return nest('Nest, RMQ', {
    client: (destination) => new ClientRMQ(options(destination)),
    server: (source) => new ServerRMQ(options(source)),
  });
}

type Client = Pick<ClientProxy, 'connect' | 'emit' | 'close'>;

interface NestTransport {
  client(destination: string): Client;
  server(source: string, group: string): Pick<Server, 'addHandler' | 'listen' | 'close'>;
}

function nest(name: string, transport: NestTransport): Contender {
  const clients = new Map<string, Promise<Client>>();
  const connected = async (destination: string) => {
    const client = transport.client(destination);
    await client.connect();
    return client;
  };
  const clientOf = (destination: string) => {
    const client = clients.get(destination) ?? connected(destination);
    clients.set(destination, client);
    return client;
  };
  return {
    name,
    async declare(destination) {
      await clientOf(destination);
    },
    prepare(messages) {
      const [{ destination = '' } = {}] = messages;
      const packets = messages.map(packetOf);
      return async () => emitAll(await clientOf(destination), destination, packets);
    },
    async consume(source, group, onMessages: OnMessages) {
      const server = transport.server(source, group);
      server.addHandler(source, async () => onMessages(1), true);
      await new Promise<void>((resolve, reject) => {
        void server.listen((error?: unknown) => (error ? reject(error as Error) : resolve()));
      });
      return { stop: async () => void (await server.close()) };
    },
    async close() {
      for (const client of clients.values()) await (await client).close();
    },
  };
}

/** What Nest puts on the wire for the same event: JSON of about the same size. */
function packetOf({ key, event }: Message): object {
  const { data, extensions, ...attributes } = event;
  const value = { ...attributes, ...extensions, data: Buffer.from(data ?? []).toString('base64') };
  return { key, value };
}

async function emitAll(client: Client, pattern: string, packets: readonly object[]): Promise<void> {
  let next = 0;
  const emit = async () => {
    for (let packet = packets[next++]; packet !== undefined; packet = packets[next++])
      await firstValueFrom(client.emit(pattern, packet), { defaultValue: undefined });
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, emit));
}
