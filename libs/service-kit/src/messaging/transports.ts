import type { Stream } from '@mesh/contracts';
import type { MessagingLog, Transport } from '@mesh/messaging';

/** The variables that tell which brokers there are; see `transportConfig`. */
export interface TransportConfig {
  readonly MESH_PROFILE: 'embedded' | 'brokers';
  readonly MESH_LOG_URL?: string | undefined;
  readonly KAFKA_BROKERS?: readonly string[] | undefined;
  readonly AMQP_URL?: string | undefined;
}

/** The transports of the profile, each opened and its client loaded when it is first needed. */
export class Transports {
  readonly #config: TransportConfig;
  readonly #service: string;
  readonly #log: MessagingLog;
  readonly #open = new Map<Transport['name'], Promise<Transport>>();

  constructor(config: TransportConfig, service: string, log: MessagingLog) {
    this.#config = config;
    this.#service = service;
    this.#log = log;
  }

  /** The transport for streams of a kind. */
  forKind(kind: Stream['kind']): Promise<Transport> {
    const name = this.#nameFor(kind);
    let transport = this.#open.get(name);
    if (transport === undefined) {
      transport = this.#load(name);
      this.#open.set(name, transport);
    }
    return transport;
  }

  /** Rejects when a broker that is in use does not answer. */
  async check(): Promise<void> {
    await Promise.all([...this.#open.values()].map(async (transport) => (await transport).check()));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map(async (transport) => (await transport).close()));
  }

  #nameFor(kind: Stream['kind']): Transport['name'] {
    if (this.#config.MESH_PROFILE === 'embedded') return 'embedded';
    return kind === 'log' ? 'kafka' : 'amqp';
  }

  async #load(name: Transport['name']): Promise<Transport> {
    const { MESH_LOG_URL, KAFKA_BROKERS, AMQP_URL } = this.#config;
    const clientId = this.#service;
    const log = this.#log;
    switch (name) {
      case 'embedded': {
        const { embeddedTransport } = await import('@mesh/messaging/embedded');
        return embeddedTransport({ url: MESH_LOG_URL!, log });
      }
      case 'kafka': {
        const { kafkaTransport } = await import('@mesh/messaging/kafka');
        return kafkaTransport({ brokers: KAFKA_BROKERS!, clientId, log });
      }
      case 'amqp': {
        const { amqpTransport } = await import('@mesh/messaging/amqp');
        return amqpTransport({ url: AMQP_URL!, clientName: clientId, log });
      }
    }
  }
}
