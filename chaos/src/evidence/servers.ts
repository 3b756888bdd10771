import { amqpTopology, kafkaTopics } from '@mesh/contracts/topology';
import type { Transport } from '@mesh/messaging';
import type { ChaosMesh } from '../mesh/chaos-mesh.js';

/** The transports of a mesh, past the proxies: to ask how far its groups are. */
export interface Servers {
  readonly log: Transport;
  /** The same in the embedded profile. */
  readonly work: Transport;
  close(): Promise<void>;
}

export async function openServers({ brokers, databases }: ChaosMesh): Promise<Servers> {
  if (brokers === undefined) {
    const { embeddedTransport } = await import('@mesh/messaging/embedded');
    const transport = embeddedTransport({ url: databases.log });
    return { log: transport, work: transport, close: () => transport.close() };
  }
  const { kafkaTransport } = await import('@mesh/messaging/kafka');
  const { amqpTransport } = await import('@mesh/messaging/amqp');
  const log = kafkaTransport({
    ...{ brokers: [brokers.kafka], topics: kafkaTopics, clientId: 'chaos' },
  });
  const work = amqpTransport({ url: brokers.amqp, topology: amqpTopology, clientName: 'chaos' });
  return { log, work, close: async () => void (await Promise.all([log.close(), work.close()])) };
}
