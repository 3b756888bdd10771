import type { MessagingLog } from '../../log.js';

export interface KafkaOptions {
  /** `host:port` of some of the cluster's brokers. */
  readonly brokers: readonly string[];
  /** Names this process in the broker's logs. */
  readonly clientId: string;
  /** Of topics that are made here; more let more consumers share a group. @default 6 */
  readonly partitions?: number;
  /**
   * After how long without a heartbeat the broker gives a dead consumer's partitions to others.
   * Shorter: back sooner after a crash, but a process stopped that long loses its partitions.
   * @default 10000
   */
  readonly sessionTimeoutMs?: number;
  /** About how long a publish is tried before it is refused. @default 30000 */
  readonly publishTimeoutMs?: number;
  /** @default says nothing */
  readonly log?: MessagingLog;
}

export type KafkaSettings = Required<KafkaOptions>;

export function settingsOf(options: KafkaOptions): KafkaSettings {
  return {
    ...options,
    partitions: options.partitions ?? 6,
    sessionTimeoutMs: options.sessionTimeoutMs ?? 10_000,
    publishTimeoutMs: options.publishTimeoutMs ?? 30_000,
    log: options.log ?? (() => {}),
  };
}

/** Of topics that are made here: an event of 1 MiB of data, its attributes, and what a dead letter adds. */
export const MAX_TOPIC_MESSAGE_BYTES = 2 * 1024 * 1024;
