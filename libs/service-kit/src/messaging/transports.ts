import type { Stream } from '@mesh/contracts';
import { amqpTopology, kafkaTopics } from '@mesh/contracts/topology';
import type { MessagingLog, Transport } from '@mesh/messaging';
import type { RetentionLoopOptions } from '@mesh/pg-log';
import { given, toldRetention } from '../retention/log-retention.js';
import { watchBroker } from './broker-metrics.js';
import {
  amqpAccess,
  kafkaAccess,
  type AmqpAccessConfig,
  type KafkaAccessConfig,
} from './broker-access.js';

/** The variables that tell which brokers there are; see `transportConfig`. */
export interface TransportConfig extends Partial<KafkaAccessConfig>, Partial<AmqpAccessConfig> {
  readonly NODE_ENV?: string | undefined;
  readonly MESH_PROFILE: 'embedded' | 'brokers';
  readonly MESH_LOG_URL?: string | undefined;
  readonly MESH_LOG_RETENTION?: number | undefined;
  readonly MESH_LOG_RETENTION_BYTES?: number | undefined;
  readonly MESH_LOG_UNREAD_RETENTION?: number | undefined;
  readonly MESH_LOG_UNREAD_BYTES?: number | undefined;
  readonly KAFKA_BROKERS?: readonly string[] | undefined;
  readonly KAFKA_GROUP_INSTANCE_ID?: string | undefined;
  readonly KAFKA_SESSION_TIMEOUT_MS?: number | undefined;
  readonly AMQP_URL?: string | undefined;
}

/** The transports of the profile, each opened and its client loaded when it is first needed. */
export class Transports {
  readonly #config: TransportConfig;
  readonly #service: string;
  readonly #log: MessagingLog;
  readonly #open = new Map<Transport['name'], Promise<Transport>>();
  readonly #watches: (() => void)[] = [];

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
      transport = this.#load(name).then((loaded) => {
        this.#watches.push(watchBroker(loaded));
        return loaded;
      });
      this.#open.set(name, transport);
    }
    return transport;
  }

  /** Rejects when a broker that is in use does not answer. */
  async check(): Promise<void> {
    await Promise.all([...this.#open.values()].map(async (transport) => (await transport).check()));
  }

  async close(): Promise<void> {
    for (const unwatch of this.#watches) unwatch();
    await Promise.all([...this.#open.values()].map(async (transport) => (await transport).close()));
  }

  #nameFor(kind: Stream['kind']): Transport['name'] {
    if (this.#config.MESH_PROFILE === 'embedded') return 'embedded';
    return kind === 'log' ? 'kafka' : 'amqp';
  }

  async #load(name: Transport['name']): Promise<Transport> {
    const { MESH_LOG_URL, KAFKA_BROKERS, AMQP_URL, KAFKA_TLS, KAFKA_GROUP_INSTANCE_ID } =
      this.#config;
    const clientId = this.#service;
    const log = this.#log;
    switch (name) {
      case 'embedded': {
        const { embeddedTransport } = await import('@mesh/messaging/embedded');
        return embeddedTransport({ url: MESH_LOG_URL!, log, retention: this.#logRetention() });
      }
      case 'kafka': {
        const { kafkaTransport } = await import('@mesh/messaging/kafka');
        if (KAFKA_TLS !== 'on') this.#warnOfPlainText(name);
        const access = kafkaAccess(this.#config);
        const broker = { brokers: KAFKA_BROKERS!, topics: kafkaTopics, ...access };
        const { KAFKA_SESSION_TIMEOUT_MS: sessionTimeoutMs } = this.#config;
        const group = {
          groupInstanceId: KAFKA_GROUP_INSTANCE_ID,
          ...(sessionTimeoutMs !== undefined && { sessionTimeoutMs }),
        };
        return kafkaTransport({ ...broker, ...group, clientId, log });
      }
      case 'amqp': {
        const { amqpTransport } = await import('@mesh/messaging/amqp');
        if (!AMQP_URL!.startsWith('amqps:')) this.#warnOfPlainText(name);
        const access = amqpAccess(this.#config);
        const broker = { url: AMQP_URL!, topology: amqpTopology, ...access };
        return amqpTransport({ ...broker, clientName: clientId, log });
      }
    }
  }

  #logRetention(): RetentionLoopOptions {
    const config = this.#config;
    const tell = (level: Parameters<MessagingLog>[0]) => (fields: object, text: string) =>
      this.#log(level, text, { ...fields });
    const log = { error: tell('error'), warn: tell('warn') };
    return toldRetention('mesh_log', log, {
      ...given('keepMs', config.MESH_LOG_RETENTION),
      ...given('maxBytes', config.MESH_LOG_RETENTION_BYTES),
      ...given('keepUnreadMs', config.MESH_LOG_UNREAD_RETENTION),
      ...given('maxUnreadBytes', config.MESH_LOG_UNREAD_BYTES),
    });
  }

  /** Allowed, since a network between the pods may encrypt; said once. */
  #warnOfPlainText(broker: Transport['name']): void {
    if (this.#config.NODE_ENV === 'production')
      this.#log('warn', 'The broker is spoken to without TLS', { broker });
  }
}
