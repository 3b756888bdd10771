import type { KafkaTopic } from '@mesh/contracts/topology';
import type { MessagingLog } from '../../log.js';
import { KafkaAccess, type KafkaAccessOptions } from './access.js';

/**
 * A Kafka cluster, and what is to be there. Anything but `brokers` and `clientId` has a default that fits one
 * broker.
 */
export interface KafkaOptions extends KafkaAccessOptions {
  /** `host:port` of some of the cluster's brokers. */
  readonly brokers: readonly string[];
  /** Names this process in the broker's logs. */
  readonly clientId: string;
  /**
   * Topics that are made as described here, when first used. One that exists is left as it is; that
   * it differs is said once. @default none: all are made with `partitions` and the broker's defaults
   */
  readonly topics?: readonly KafkaTopic[];
  /** Of topics that are made here and not described; more let more consumers share a group. @default 6 */
  readonly partitions?: number;
  /**
   * After how long without a heartbeat the broker gives a dead consumer's partitions to others.
   * Shorter: back sooner after a crash, but a process stopped that long loses its partitions.
   * @default 10000
   */
  readonly sessionTimeoutMs?: number;
  /**
   * Makes this process a static member of its groups (KIP-345): gone and back under the same id
   * within `sessionTimeoutMs`, it has its partitions again and nobody else's were touched. What it
   * costs: while it is gone for good, its partitions wait for that long. Each process needs an id of
   * its own that outlives it, such as a pod's name in a stateful set. @default none
   */
  readonly groupInstanceId?: string | undefined;
  /** How long a publish waits to be confirmed before it is refused. @default 30000 */
  readonly publishTimeoutMs?: number;
  /** @default says nothing */
  readonly log?: MessagingLog;
}

type Optional = keyof KafkaAccessOptions | 'groupInstanceId';

export interface KafkaSettings
  extends Required<Omit<KafkaOptions, Optional>>, Pick<KafkaOptions, 'groupInstanceId'> {
  readonly access: KafkaAccess;
}

export function settingsOf(options: KafkaOptions): KafkaSettings {
  const { tls, sasl, log = () => {}, ...rest } = options;
  return {
    ...rest,
    topics: options.topics ?? [],
    access: new KafkaAccess({ tls, sasl }, log),
    partitions: options.partitions ?? 6,
    sessionTimeoutMs: options.sessionTimeoutMs ?? 10_000,
    publishTimeoutMs: options.publishTimeoutMs ?? 30_000,
    log,
  };
}

/** Of topics that are made here: an event of 1 MiB of data, its attributes, and what a dead letter adds. */
export const MAX_TOPIC_MESSAGE_BYTES = 2 * 1024 * 1024;
