import type { DeliveryHandler } from './delivery.js';

/** What a subscription reads, as whom, and how much of it at once. */
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
    /** Bytes of bodies. @default 16 MiB, on AMQP 128 MiB */
    readonly bytes?: number;
    /**
     * The largest body that comes. Only AMQP needs it, whose broker counts messages and no bytes: it
     * hands over at most `bytes / largestBytes` of them, so that all being of that size is within the
     * bound. Lower it where events are small, for a fuller window.
     * @default 1 MiB, the largest event: with the other defaults 128 deliveries
     */
    readonly largestBytes?: number;
  };
  /** Deliveries with different keys handled at once. @default 32 */
  readonly concurrency?: number;
  /**
   * Told what keeps it from consuming until somebody changes something, such as a missing right; it
   * goes on trying. Told null when it consumes again. @default nobody is told
   */
  readonly onBlocked?: (error: Error | null) => void;
  /** Redelivery of a delivery whose handler failed: exponential with full jitter. */
  readonly redelivery?: {
    /** @default 50 */
    readonly minMs?: number;
    /** @default 10000 */
    readonly maxMs?: number;
    /**
     * Where a failed delivery waits. `memory`: here, and later ones of its key behind it, in order; it
     * stays a part of the window, and after a restart it is tried at once. `broker`: it is given back
     * and comes again after the pause (in steps as `delayMs` of a message has them), so that it holds up
     * neither its key nor the window, and a restart forgets neither the pause nor the attempts; the
     * order within its key is given up. A pause that is no attempt (a breaker, a database that is away)
     * stays in memory. Needs the feature `delay`. @default 'memory'
     */
    readonly via?: 'memory' | 'broker';
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
