import type { Stream } from '@mesh/contracts';
import type { Transport } from '@mesh/messaging';
import { amqpTransport } from '@mesh/messaging/amqp';
import { embeddedTransport } from '@mesh/messaging/embedded';
import { kafkaTransport } from '@mesh/messaging/kafka';
import type { TransportName } from '../options.js';
import type { Servers } from '../servers.js';
import { ours, type Contender } from './contender.js';
import { rawAmqp } from './raw-amqp.js';
import { rawKafka } from './raw-kafka.js';
import { rawPostgres } from './raw-postgres.js';

/** Our transport and the raw client below it, on the same server. */
export interface Opened {
  readonly transport: Transport;
  readonly raw: Contender;
  readonly ours: Contender;
  /** What the mesh sends over it. */
  readonly kind: Stream['kind'];
}

const clientId = 'bench';

/** Starts the server when it is the first to need it; both are closed before it stops. */
export async function openContenders(name: TransportName, servers: Servers): Promise<Opened> {
  const { transport, raw } = await open[name](servers);
  servers.before(() => raw.close());
  servers.before(() => transport.close());
  return { transport, raw, ours: ours(transport), kind: name === 'amqp' ? 'work' : 'log' };
}

const open = {
  async embedded(servers: Servers) {
    const url = await servers.database('log');
    return { transport: embeddedTransport({ url }), raw: await rawPostgres(url) };
  },
  async kafka(servers: Servers) {
    const brokers = await servers.kafka();
    const transport = kafkaTransport({ brokers: [brokers], clientId });
    return { transport, raw: await rawKafka(brokers) };
  },
  async amqp(servers: Servers) {
    const url = await servers.rabbitMq();
    return { transport: amqpTransport({ url, clientName: clientId }), raw: await rawAmqp(url) };
  },
};
