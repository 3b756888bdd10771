import type { DeliveryHandler } from './delivery.js';

export interface SubscribeOptions {
  /** Kafka topic, AMQP exchange or embedded stream. */
  readonly source: string;
  /**
   * Consumer group, queue or row of offsets: every group gets everything; the members of one share it.
   * On AMQP a group is one queue: give each source a group of its own there.
   */
  readonly group: string;
  /**
   * Where a group that is new starts. `start` needs the feature `replay`.
   * @default 'start' where the transport has `replay`, else 'end'
   */
  readonly from?: 'start' | 'end';
  /** AMQP binding patterns (`*` one word, `#` any) on the routing key. @default ['#'] */
  readonly filter?: readonly string[];
  /**
   * The group belongs to this subscription: it starts at the end and goes away with it (fan-out to
   * every replica). Others may have the same name, under which dead letters of all are kept.
   * @default false
   */
  readonly ephemeral?: boolean;
  /** Bounds of what is handed over and unfinished; when full, the broker is told to wait. */
  readonly window?: {
    /** Deliveries. More raises throughput of slow handlers and what is repeated after a crash. @default 256 */
    readonly count?: number;
    /** Bytes of bodies. @default 16 MiB */
    readonly bytes?: number;
  };
  /** Deliveries with different keys handled at once. @default 32 */
  readonly concurrency?: number;
  /** Redelivery of a delivery whose handler failed: exponential with full jitter. */
  readonly redelivery?: {
    /** @default 50 */
    readonly minMs?: number;
    /** @default 10000 */
    readonly maxMs?: number;
  };
}

/** A running subscription. */
export interface Subscription {
  /** Fulfilled when deliveries can arrive: joined, bound, assigned. */
  readonly ready: Promise<void>;
  /**
   * Stops taking deliveries, waits for the handlers in flight (at most `graceMs`), acks what they
   * settled and gives the rest back. Idempotent.
   */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}

/** Reads from a broker. Safe for concurrent use. */
export interface Subscriber {
  /**
   * Hands every delivery to the handler: in parallel by key, one at a time within a key and in its
   * order, at least once.
   * @throws UnsupportedFeatureError when the options need a feature that the transport lacks
   */
  subscribe(options: SubscribeOptions, handler: DeliveryHandler): Promise<Subscription>;
}
