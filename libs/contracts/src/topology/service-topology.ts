/** A Kafka topic as this code wants it. What is absent is the broker's own default. */
export interface KafkaTopic {
  readonly name: string;
  /** More let more consumers share a group; they can be added later, at the cost of the order by key. */
  readonly partitions: number;
  /** Copies of each partition. @default the broker's `default.replication.factor` */
  readonly replicationFactor?: number;
  /** Copies that must have a message before it is confirmed. */
  readonly minInsyncReplicas?: number;
  /** How long a message is kept; -1 for ever. */
  readonly retentionMs?: number;
  /** `compact` keeps the last message of each key. */
  readonly cleanupPolicy?: 'delete' | 'compact' | 'compact,delete';
}

/** A durable AMQP exchange. */
export interface AmqpExchange {
  readonly name: string;
  readonly type: 'topic' | 'direct' | 'fanout' | 'headers';
  /** Gets what no binding of this one matches. */
  readonly alternateExchange?: string;
}

interface AmqpQueueSettings {
  /** A group reads the queue of its own name. */
  readonly name: string;
  /** One consumer at a time, so that order holds; the next one takes over when it goes. @default false */
  readonly singleActiveConsumer?: boolean;
  /**
   * Milliseconds: a message that waits longer becomes a dead letter with the reason `expired`.
   * @default none: it waits until it is taken
   */
  readonly messageTtlMs?: number;
  /** Messages that may wait; see `overflow`. @default no limit but the broker's disk */
  readonly maxLength?: number;
  /** Bytes of bodies that may wait; see `overflow`. @default no limit but the broker's disk */
  readonly maxLengthBytes?: number;
  /**
   * What happens at the limit. `reject-publish`: the publisher is refused with QUEUE_FULL, which may be
   * a few messages late. `drop-head`: the oldest becomes a dead letter with the reason `overflow`, sent
   * there at most once. @default 'reject-publish'
   */
  readonly overflow?: 'reject-publish' | 'drop-head';
  /**
   * Where the broker's dead letters go: an exchange, and the routing key there. `drop`: nowhere.
   * @default the queue `<name>.dead-letters`, where the group's other dead letters are
   */
  readonly deadLetter?: { readonly exchange: string; readonly routingKey: string } | 'drop';
}

/** Replicated and on disk; what it dead-letters reaches its target at least once. */
export interface AmqpQuorumQueue extends AmqpQueueSettings {
  readonly type: 'quorum';
  /**
   * Redeliveries of a message after which it becomes a dead letter with the reason `max-attempts`, for
   * poison that kills its consumer. Each crash or restart of a consumer counts for everything in its
   * window, so a low one condemns neighbours as well. @default 1000000, which is never
   */
  readonly deliveryLimit?: number;
}

/** On one node; what it dead-letters is sent at most once. */
export interface AmqpClassicQueue extends AmqpQueueSettings {
  readonly type: 'classic';
  /** Priorities 0 to this one, at most 255; each costs memory and time, a handful does. @default none */
  readonly maxPriority?: number;
}

/** A durable AMQP queue. */
export type AmqpQueue = AmqpQuorumQueue | AmqpClassicQueue;

/** What an exchange hands to a queue. */
export interface AmqpBinding {
  readonly exchange: string;
  readonly queue: string;
  /** Pattern, key or nothing, as the exchange's type wants it. */
  readonly routingKey?: string;
  /** For a headers exchange: the headers to match, and `x-match`: `all` (the default) or `any` of them. */
  readonly arguments?: Readonly<Record<string, string | number | boolean>>;
}

/** Exchanges, queues and bindings that a virtual host is to have; the transport makes what is missing. */
export interface AmqpTopology {
  readonly exchanges: readonly AmqpExchange[];
  readonly queues: readonly AmqpQueue[];
  readonly bindings: readonly AmqpBinding[];
}

/** What one service's streams need at the brokers. */
export interface ServiceTopology {
  readonly topics?: readonly KafkaTopic[];
  readonly exchanges?: readonly AmqpExchange[];
  /** Beside the queues of groups, which are made with the group. */
  readonly queues?: readonly AmqpQueue[];
  readonly bindings?: readonly AmqpBinding[];
}

export const DAY_MS = 24 * 60 * 60 * 1000;
